import { AttributeType, DataType, type encodeModel } from '@edgeloop/onnx';

export type Model = Parameters<typeof encodeModel>[0];
export type Graph = NonNullable<Model['graph']>;
export type Node = NonNullable<Graph['node']>[number];
export type Tensor = NonNullable<Graph['initializer']>[number];

/** An input or output; a dimension that has a name may be of any size. */
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

export const float = (name: string, values: readonly number[], dims = [values.length]): Tensor => ({
  name,
  dims,
  dataType: DataType.FLOAT,
  rawData: new Uint8Array(new Float32Array(values).buffer),
});

/** From `input`, `uint8[N,H,W,C]`, to `embedding`, `float32[N,C]`: the mean of each channel. */
export const CHANNEL_MEANS: readonly Node[] = [
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
];
