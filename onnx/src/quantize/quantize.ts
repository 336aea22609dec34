import type { Quantization, TensorPlan } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { model as makeModel, valueInfo } from '../graph/graph-builder.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { PictureRunner, type PictureRuns } from '../session/picture-runner.ts';
import { CALIBRATION_METHODS, type CalibrationMethod, calibrate } from './calibrate/calibrate.ts';
import type { Range } from './calibrate/range.ts';
import { evenlySpaced } from './evenly-spaced.ts';
import type { FloatGraph } from './float-graph.ts';
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
  const { method = 'auto', budget } = options;
  const float = prepareModel(fp32, options.mean, options.std);
  const { tensorPlan } = float.first;
  const methods = method === 'auto' ? CALIBRATION_METHODS : [method];
  const ranges = await calibrate(float.model, quantizedTensors(float.graph), methods, {
    ...options,
    pictures,
    plan: float.plan,
  });

  const compared = evenlySpaced(pictures, COMPARED);
  const logitsOf = (bytes: Uint8Array, plan: TensorPlan) =>
    logitsOver(runner, bytes, { size: options.size, pictures: compared, plan, batch: BATCH });
  const expected = await logitsOf(fp32, float.plan);
  const attempt = async (by: CalibrationMethod, floatLayers: readonly string[]): Promise<Trial> => {
    const ofMethod = ranges.get(by) as ReadonlyMap<string, Range>;
    const model = quantized(float, ofMethod, new Set(floatLayers), options);
    const decibels = signalToNoise(expected, await logitsOf(model, tensorPlan));
    return { model, decibels, floatLayers };
  };

  const trials: (Trial & { method: CalibrationMethod })[] = [];
  for (const by of methods) trials.push({ method: by, ...(await attempt(by, [])) });
  const best = trials.reduce((a, b) => (b.decibels > a.decibels ? b : a));
  const { layers, trial } = await keepToBudget(best, budget, float.graph, (floatLayers) =>
    attempt(best.method, floatLayers),
  );
  return {
    model: trial.model,
    tensorPlan,
    report: {
      method: best.method,
      methods: trials.map(({ method, decibels }) => ({ method, decibels })),
      layers,
      decibels: trial.decibels,
      floatLayers: [...trial.floatLayers],
      pictures: pictures.length,
    },
  };
}

/** A quantized model, and how near its logits are to those of the float model. */
interface Trial {
  readonly model: Uint8Array;
  readonly decibels: number;
  /** Layers that are not quantized. */
  readonly floatLayers: readonly string[];
}

/**
 * Leaves layers in float, the worst first, until the budget is kept.
 * @returns what it came to, and what each layer alone costs where that was asked
 * @throws OnnxError `BUDGET_UNREACHABLE`
 */
async function keepToBudget(
  best: Trial,
  budget: number | undefined,
  graph: FloatGraph,
  attempt: (floatLayers: readonly string[]) => Promise<Trial>,
): Promise<{ trial: Trial; layers: LayerCost[] }> {
  if (budget === undefined || best.decibels >= budget) return { trial: best, layers: [] };
  const all = quantizableLayers(graph);
  const { decibels: most } = await attempt(all);
  if (!(most >= budget)) throw unreachable(budget, most);
  const layers = await layerCosts(all, attempt);
  let trial = best;
  for (const { layer } of layers) {
    if (trial.decibels >= budget) break;
    trial = await attempt([...trial.floatLayers, layer]);
  }
  return { trial, layers };
}

type LayerCost = QuantizationReport['layers'][number];

/** Decibels that are left with each layer alone quantized, the worst first. */
async function layerCosts(
  all: readonly string[],
  attempt: (floatLayers: readonly string[]) => Promise<Trial>,
): Promise<LayerCost[]> {
  const costs: LayerCost[] = [];
  for (const layer of all) {
    const { decibels } = await attempt(all.filter((other) => other !== layer));
    costs.push({ layer, decibels });
  }
  return costs.sort((a, b) => a.decibels - b.decibels);
}

function quantized(
  { model, graph, first }: PreparedModel,
  ranges: ReadonlyMap<string, Range>,
  inFloat: ReadonlySet<string>,
  { size, reduceRange = false }: QuantizationOptions,
): Uint8Array {
  const writer = new QuantizedWriter(reduceRange);
  rewriteQuantized(writer, { graph, ranges, first, inFloat });
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

async function logitsOver(
  runner: PictureRunner,
  model: Uint8Array,
  runs: PictureRuns,
): Promise<number[]> {
  const all: number[] = [];
  for await (const outputs of runner.over(model, runs)) all.push(...(outputs.logits?.data ?? []));
  return all;
}

function unreachable(budget: number, most: number): OnnxError {
  return new OnnxError(
    'BUDGET_UNREACHABLE',
    `Expected a budget of at most ${most.toFixed(1)} dB, which INT8 activations keep with every layer's weights in float, received ${budget}.`,
  );
}
