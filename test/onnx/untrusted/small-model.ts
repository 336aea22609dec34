import { AttributeType, DataType, type ExpectedInterface, type encodeModel } from '@edgeloop/onnx';

export type Model = Parameters<typeof encodeModel>[0];
type Graph = NonNullable<Model['graph']>;
export type Node = NonNullable<Graph['node']>[number];
export type Tensor = NonNullable<Graph['initializer']>[number];

export const EXPECTED: ExpectedInterface = {
  element: 'uint8',
  input: [1, 8, 8, 3],
  classes: 3,
};

export const value = (name: string, elemType: number, dims: (number | string)[]) => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: {
        dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
      },
    },
  },
});

export const float = (name: string, values: number[], dims = [values.length]): Tensor => ({
  name,
  dims,
  dataType: DataType.FLOAT,
  rawData: new Uint8Array(new Float32Array(values).buffer),
});

/** Mean of each channel, with operators put between it and the logits. */
export function smallModel(between: readonly Node[] = [], more: Partial<Graph> = {}): Model {
  return {
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'small',
      node: [
        {
          opType: 'Cast',
          input: ['input'],
          output: ['float'],
          attribute: [{ name: 'to', i: DataType.FLOAT, type: AttributeType.INT }],
        },
        {
          opType: 'ReduceMean',
          input: ['float'],
          output: ['embedding'],
          attribute: [
            { name: 'axes', ints: [1, 2], type: AttributeType.INTS },
            { name: 'keepdims', i: 0, type: AttributeType.INT },
          ],
        },
        ...between,
        {
          opType: 'Mul',
          input: [between.length > 0 ? 'between' : 'embedding', 'gain'],
          output: ['logits'],
        },
      ],
      initializer: [float('gain', [10 / 255])],
      input: [value('input', DataType.UINT8, ['N', 8, 8, 3])],
      output: [
        value('logits', DataType.FLOAT, ['N', 3]),
        value('embedding', DataType.FLOAT, ['N', 3]),
      ],
      ...more,
    },
  };
}
