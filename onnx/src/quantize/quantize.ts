import type { Quantization, TensorPlan } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { model as makeModel, valueInfo } from '../graph/graph-builder.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { PictureRunner } from '../session/picture-runner.ts';
import { CALIBRATION_METHODS, type CalibrationMethod, calibrate } from './calibrate/calibrate.ts';
import type { Range } from './calibrate/range.ts';
import { evenlySpaced } from './evenly-spaced.ts';
import { type PreparedModel, prepareModel } from './prepare-model.ts';
import { QuantizedWriter } from './quantized-writer.ts';
import { quantizableLayers, quantizedTensors, rewriteQuantized } from './rewrite.ts';
import { signalToNoise } from './signal-to-noise.ts';

export interface QuantizationOptions {
  /** Pixels of the side of the model's input. */
  readonly size: number;
  /** What the float model's input was normalized with, RGB in 0…1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly threads: number;
  /** `auto` (the default) takes what loses least on the calibration pictures. */
  readonly method?: CalibrationMethod | 'auto';
  /**
   * Decibels of signal over noise that the logits must keep; layers stay in float, the worst first,
   * until they do.
   */
  readonly budget?: number;
  /**
   * 7 bit weights: the quick sums of x64 processors without VNNI add pairs of products in 16 bit,
   * and would saturate.
   */
  readonly reduceRange?: boolean;
  readonly signal?: AbortSignal;
}

/** How well the quantized model does what the float model does, on calibration pictures. */
export type QuantizationReport = Omit<Quantization, 'agreement'>;

export interface QuantizedModel {
  readonly model: Uint8Array;
  /** How pixels become its input, `uint8[N, size + 2·padding, size + 2·padding, 3]`. */
  readonly tensorPlan: TensorPlan;
  readonly report: QuantizationReport;
}

/** Pictures on which models are compared. */
const COMPARED = 32;
/** Of these, as many run at once. */
const BATCH = 4;

/**
 * Static INT8 quantization of an FP32 classifier: uint8 activations over ranges seen on the
 * calibration pictures, int8 weights symmetric by channel, int32 bias, QDQ. The result takes
 * pixels; outputs keep their names and stay float. Follows ONNX Runtime's `quantize_static` rule by
 * rule. Equal calibration gives equal bytes.
 *
 * @param pictures For calibration, each `uint8[size, size, 3]`: at least one.
 * @throws OnnxError `ONNX_UNSUPPORTED` for graphs that can't be quantized this way,
 * `BUDGET_UNREACHABLE`.
 */
export async function quantize(
  fp32: Uint8Array,
  pictures: readonly Uint8Array[],
  options: QuantizationOptions,
): Promise<QuantizedModel> {
  // All models that are tried run in one process.
  const runner = new PictureRunner(options);
  try {
    return await quantizeOn(runner, fp32, pictures, options);
  } finally {
    await runner.close();
  }
}

async function quantizeOn(
  runner: PictureRunner,
  fp32: Uint8Array,
  pictures: readonly Uint8Array[],
  options: QuantizationOptions,
): Promise<QuantizedModel> {
  const { size, method = 'auto', budget } = options;
  const float = prepareModel(fp32, options.mean, options.std);
  const over = (some: readonly Uint8Array[], plan: TensorPlan) => (bytes: Uint8Array) =>
    runner.over(bytes, { size, pictures: some, plan, batch: BATCH });
  const methods = method === 'auto' ? CALIBRATION_METHODS : [method];
  const ranges = await calibrate(float.model, quantizedTensors(float.graph), methods, {
    ...options,
    pictures,
    plan: float.plan,
  });

  const compared = evenlySpaced(pictures, COMPARED);
  const logits = (bytes: Uint8Array, plan: TensorPlan) => logitsOf(over(compared, plan)(bytes));
  const expected = await logits(fp32, float.plan);
  const build = (by: CalibrationMethod, inFloat: ReadonlySet<string>) =>
    quantized(float, ranges.get(by) as ReadonlyMap<string, Range>, inFloat, options);
  const measure = async (bytes: Uint8Array) =>
    signalToNoise(expected, await logits(bytes, float.first.tensorPlan));

  const tried: { method: CalibrationMethod; decibels: number; model: Uint8Array }[] = [];
  for (const by of methods) {
    const model = build(by, new Set());
    tried.push({ method: by, model, decibels: await measure(model) });
  }
  const best = tried.reduce((a, b) => (b.decibels > a.decibels ? b : a));
  let { model, decibels } = best;
  const layers: { layer: string; decibels: number }[] = [];
  const floatLayers = new Set<string>();
  if (budget !== undefined && !(decibels >= budget)) {
    const most = await measure(build(best.method, new Set(quantizableLayers(float.graph))));
    if (!(most >= budget)) throw unreachable(budget, most);
    layers.push(...(await sensitivities(float, (inFloat) => measure(build(best.method, inFloat)))));
    for (const { layer } of layers) {
      if (decibels >= budget) break;
      floatLayers.add(layer);
      model = build(best.method, floatLayers);
      decibels = await measure(model);
    }
  }
  return {
    model,
    tensorPlan: float.first.tensorPlan,
    report: {
      method: best.method,
      methods: tried.map(({ method, decibels }) => ({ method, decibels })),
      layers,
      decibels,
      floatLayers: [...floatLayers],
      pictures: pictures.length,
    },
  };
}

function quantized(
  { model, graph, first }: PreparedModel,
  ranges: ReadonlyMap<string, Range>,
  inFloat: ReadonlySet<string>,
  { size, reduceRange = false }: QuantizationOptions,
): Uint8Array {
  const writer = new QuantizedWriter(reduceRange);
  rewriteQuantized(graph, ranges, first, inFloat, writer);
  const side = size + 2 * first.tensorPlan.padding;
  const written = makeModel({
    node: writer.nodes,
    name: 'quantized',
    initializer: writer.initializers,
    input: [valueInfo('input', DataType.UINT8, ['N', side, side, 3])],
    output: model.graph?.output ?? [],
  });
  // Operators are written as they were read: they mean what the float model's operator set says.
  const { opsetImport = [] } = model;
  return encodeModel({ ...written, opsetImport });
}

/** What each layer alone costs the logits, the worst first. */
async function sensitivities(
  { graph }: PreparedModel,
  measure: (inFloat: ReadonlySet<string>) => Promise<number>,
): Promise<{ layer: string; decibels: number }[]> {
  const all = quantizableLayers(graph);
  const measured = [];
  for (const layer of all) {
    const others = new Set(all.filter((other) => other !== layer));
    measured.push({ layer, decibels: await measure(others) });
  }
  return measured.sort((a, b) => a.decibels - b.decibels);
}

async function logitsOf(
  runs: AsyncIterable<Readonly<Record<string, { readonly data: Float32Array }>>>,
): Promise<number[]> {
  const all: number[] = [];
  for await (const outputs of runs) all.push(...(outputs.logits?.data ?? []));
  return all;
}

function unreachable(budget: number, most: number): OnnxError {
  return new OnnxError(
    'BUDGET_UNREACHABLE',
    `Expected a budget of at most ${most.toFixed(1)} dB, which INT8 activations keep with every layer's weights in float, received ${budget}.`,
  );
}
