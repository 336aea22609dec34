import { encodeModel } from '../protobuf/encode.ts';
import { DataType, type ModelProto, type NodeProto } from '../protobuf/model.ts';
import { mergeRanges, type Range } from './range.ts';

/** Runs the calibration model on one batch and gives its outputs by name. */
export type CalibrationRun = (batch: {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}) => Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;

const lowest = (tensor: string) => `lowest of ${tensor}`;
const highest = (tensor: string) => `highest of ${tensor}`;

/** The float model with the lowest and highest value of each tensor as its outputs: scalars, not whole activations. */
export function calibrationModel(model: ModelProto, tensors: readonly string[]): Uint8Array {
  const scalar = (name: string) => ({
    name,
    type: { tensorType: { elemType: DataType.FLOAT, shape: { dim: [] } } },
  });
  const reduce = (opType: string, tensor: string, output: string): NodeProto => ({
    input: [tensor],
    output: [output],
    name: output,
    opType,
    attribute: [{ name: 'keepdims', i: 0, type: 2 }],
  });
  return encodeModel({
    ...model,
    graph: {
      ...model.graph,
      node: [
        ...(model.graph?.node ?? []),
        ...tensors.flatMap((tensor) => [
          reduce('ReduceMin', tensor, lowest(tensor)),
          reduce('ReduceMax', tensor, highest(tensor)),
        ]),
      ],
      output: tensors.flatMap((tensor) => [scalar(lowest(tensor)), scalar(highest(tensor))]),
    },
  });
}

/** The range of each tensor over all batches. */
export async function observeRanges(
  run: CalibrationRun,
  tensors: readonly string[],
  batches: AsyncIterable<{ data: Float32Array; dims: readonly number[] }>,
): Promise<Map<string, Range>> {
  const ranges = new Map<string, Range>();
  for await (const batch of batches) {
    const outputs = await run(batch);
    for (const tensor of tensors) {
      const min = outputs[lowest(tensor)]?.data[0] ?? 0;
      const max = outputs[highest(tensor)]?.data[0] ?? 0;
      ranges.set(tensor, mergeRanges(ranges.get(tensor), { min, max }));
    }
  }
  return ranges;
}
