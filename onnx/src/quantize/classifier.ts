import { counted } from '@edgeloop/protocol/counted';
import { OnnxError } from '../errors.ts';
import { decodeModel } from '../protobuf/decode.ts';
import { encodeModel } from '../protobuf/encode.ts';
import type { GraphProto } from '../protobuf/model.ts';

/** An FP32 classifier from anywhere. */
export interface Classifier {
  /** With the output called `logits`. */
  readonly model: Uint8Array;
  /** Pixels of the side of its input; null where the model leaves it open. */
  readonly size: number | null;
}

/**
 * Reads a classifier over `float32[N, 3, size, size]`. Its only output, or the one called so, is
 * its `logits`.
 * @throws OnnxError `ONNX_INVALID`, `ONNX_UNSUPPORTED`
 */
export function readClassifier(bytes: Uint8Array): Classifier {
  const model = decodeModel(bytes);
  const { graph = {} } = model;
  refuseExternalData(graph);
  const constants = new Set((graph.initializer ?? []).map(({ name }) => name));
  const inputs = (graph.input ?? []).filter(({ name }) => !constants.has(name));
  const dims = inputs[0]?.type?.tensorType?.shape?.dim ?? [];
  const [, channels, height, width] = dims.map(({ dimValue }) => dimValue);
  if (inputs.length !== 1 || dims.length !== 4 || (channels ?? 3) !== 3 || height !== width) {
    const shown = dims.map(({ dimValue, dimParam }) => dimValue ?? dimParam ?? '?').join(', ');
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected one input of the shape N, 3, size, size, received ${inputs.length}, the first with ${shown || 'no shape'}.`,
    );
  }
  nameLogits(graph);
  return { model: encodeModel(model), size: height || null };
}

/** PyTorch writes the weights beside the model unless told otherwise. */
function refuseExternalData({ initializer = [] }: GraphProto): void {
  const elsewhere = initializer.filter(({ externalData }) => externalData?.length);
  const [first] = elsewhere;
  if (!first) return;
  const location = first.externalData?.find(({ key }) => key === 'location')?.value ?? '';
  throw new OnnxError(
    'ONNX_UNSUPPORTED',
    `Expected all weights within the model file, received ${counted(elsewhere.length, 'tensor')} in ${JSON.stringify(location)}. Save it as one file: torch.onnx.export(…, external_data=False), or onnx.save(onnx.load(path), path).`,
  );
}

function nameLogits(graph: GraphProto): void {
  const outputs = graph.output ?? [];
  if (outputs.some(({ name }) => name === 'logits')) return;
  const [only, ...others] = outputs;
  if (!only || others.length > 0) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected one output, or one called logits, received ${outputs.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const renamed = (names: string[] = []) =>
    names.map((name) => (name === only.name ? 'logits' : name));
  for (const node of graph.node ?? []) {
    node.input = renamed(node.input);
    node.output = renamed(node.output);
  }
  only.name = 'logits';
}
