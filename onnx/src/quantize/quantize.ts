import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds, type TensorPlan } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { model as makeModel, valueInfo } from '../graph/graph-builder.ts';
import { decodeModel } from '../protobuf/decode.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType, type ModelProto } from '../protobuf/model.ts';
import { InferenceProcess } from '../session/inference-process.ts';
import { calibrationModel, observeRanges } from './calibrate.ts';
import { FloatGraph } from './float-graph.ts';
import { foldPadding } from './fold-padding.ts';
import { fuseRelus } from './fuse-relu.ts';
import { QuantizedWriter } from './quantized-writer.ts';
import type { Range } from './range.ts';
import { quantizedTensors, rewriteQuantized } from './rewrite.ts';
import { pixelConvolution } from './uint8-input.ts';

export interface QuantizationOptions {
  /** Pixels of the side of the model's input. */
  readonly size: number;
  /** What the float model's input was normalized with, RGB in 0…1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly threads: number;
}

export interface QuantizedModel {
  readonly model: Uint8Array;
  /** How pixels become its input, `uint8[N, size + 2·padding, size + 2·padding, 3]`. */
  readonly tensorPlan: TensorPlan;
}

/**
 * Static INT8 quantization of an FP32 classifier: uint8 activations over ranges seen on the calibration pictures, int8
 * weights symmetric by channel, int32 bias, QDQ. The result takes pixels; outputs keep their names and stay float.
 * Follows ONNX Runtime's `quantize_static` rule by rule. Equal calibration gives equal bytes.
 *
 * @param calibration Batches of the float model's input, `float32[N, 3, size, size]` normalized.
 * @throws OnnxError `ONNX_UNSUPPORTED` for graphs that can't be quantized this way.
 */
export async function quantize(
  fp32: Uint8Array,
  calibration: AsyncIterable<{ data: Float32Array; dims: readonly number[] }>,
  options: QuantizationOptions,
): Promise<QuantizedModel> {
  const floatModel = decodeModel(fp32);
  checkOperatorSet(floatModel);
  const graph = new FloatGraph(floatModel.graph ?? {});
  foldPadding(graph);
  fuseRelus(graph);
  const first = pixelConvolution(graph, options.mean, options.std);
  const tensors = quantizedTensors(graph);
  const ranges = await calibrate(floatModel, tensors, calibration, options.threads);
  const writer = new QuantizedWriter();
  rewriteQuantized(graph, ranges, first, writer);
  const side = options.size + 2 * first.tensorPlan.padding;
  const quantized = makeModel({
    node: writer.nodes,
    name: 'quantized',
    initializer: writer.initializers,
    input: [valueInfo('input', DataType.UINT8, ['N', side, side, 3])],
    output: floatModel.graph?.output ?? [],
  });
  // Operators are written as they were read: they mean what the float model's operator set says.
  const { opsetImport = [] } = floatModel;
  const bytes = encodeModel({ ...quantized, opsetImport });
  return { model: bytes, tensorPlan: first.tensorPlan };
}

/** Scales by channel came with operator set 13; so did the form in which most operators take their constants. */
const LEAST_OPERATOR_SET = 13;

function checkOperatorSet({ opsetImport }: ModelProto): void {
  const version = opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')?.version ?? 0;
  if (version < LEAST_OPERATOR_SET) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected operator set ${LEAST_OPERATOR_SET} or later for a model to be quantized, received ${version}. Export it again with a later one.`,
    );
  }
}

async function calibrate(
  floatModel: ModelProto,
  tensors: readonly string[],
  calibration: AsyncIterable<{ data: Float32Array; dims: readonly number[] }>,
  threads: number,
): Promise<Map<string, Range>> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-calibration-'));
  const modelPath = join(folder, 'calibration.onnx');
  const session = new InferenceProcess({ modelPath, threads, deadline: seconds(300) });
  try {
    await writeFile(modelPath, calibrationModel(floatModel, tensors));
    await session.start();
    const run = async (batch: { data: Float32Array; dims: readonly number[] }) =>
      (await session.run(batch)).outputs;
    return await observeRanges(run, tensors, calibration);
  } finally {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  }
}
