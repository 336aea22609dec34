import { floatTensorPlan } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { decodeModel } from '../protobuf/decode.ts';
import type { ModelProto } from '../protobuf/model.ts';
import { FloatGraph } from './float-graph.ts';
import { foldBatchNorms } from './fold-batch-norm.ts';
import { foldPadding } from './fold-padding.ts';
import { fuseRelus } from './fuse-relu.ts';
import { pixelConvolution } from './uint8-input.ts';

type Rgb = readonly [number, number, number];

export type PreparedModel = ReturnType<typeof prepareModel>;

/**
 * A float model ready to be rewritten: as it was read, and as a graph without the norms, Pads and
 * Relus that its convolutions can take on.
 * @throws OnnxError `ONNX_INVALID`, `ONNX_UNSUPPORTED`
 */
export function prepareModel(fp32: Uint8Array, mean: Rgb, std: Rgb) {
  const model = decodeModel(fp32);
  checkOperatorSet(model);
  const graph = new FloatGraph(model.graph ?? {});
  if (!graph.outputNames.includes('logits')) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected an output called logits, received ${graph.outputNames.join(', ')}.`,
    );
  }
  foldBatchNorms(graph);
  foldPadding(graph);
  fuseRelus(graph);
  return {
    model,
    graph,
    plan: floatTensorPlan(mean, std),
    first: pixelConvolution(graph, mean, std),
  };
}

/**
 * Scales by channel came with operator set 13; so did the form in which most operators take their
 * constants.
 */
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
