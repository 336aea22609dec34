import { AttributeType, DataType, encodeModel } from '@edgeloop/onnx';

const SIDE = 8;
const CLASSES = 3;
/** Logits of a pure colour, as the colour package's golden case has them. */
const GAIN = 10 / 255;

/**
 * The colour model of the tests, with its three weights spread over two layers until it is so large: a package that the
 * registry checks and signs like any other, and whose size is what a bench wants.
 * @param bytes of its weights
 */
export function standInModel(bytes: number): Uint8Array {
  // Rows as many as fit in float32, the same for each class.
  const width = CLASSES * Math.floor(bytes / (2 * 4 * CLASSES * CLASSES));
  const spread = new Float32Array(CLASSES * width);
  const gather = new Float32Array(width * CLASSES);
  for (let i = 0; i < width; i++) {
    const colour = i % CLASSES;
    spread[colour * width + i] = 1;
    gather[i * CLASSES + colour] = (GAIN * CLASSES) / width;
  }
  const value = (name: string, elemType: number, dims: number[]) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
  });
  const weights = (name: string, dims: number[], data: Float32Array) => ({
    ...{ name, dims, dataType: DataType.FLOAT, rawData: new Uint8Array(data.buffer) },
  });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'stand-in',
      node: [
        {
          ...{ opType: 'Cast', input: ['input'], output: ['float'] },
          attribute: [{ name: 'to', i: DataType.FLOAT, type: AttributeType.INT }],
        },
        {
          ...{ opType: 'ReduceMean', input: ['float'], output: ['embedding'] },
          attribute: [
            { name: 'axes', ints: [1, 2], type: AttributeType.INTS },
            { name: 'keepdims', i: 0, type: AttributeType.INT },
          ],
        },
        { opType: 'MatMul', input: ['embedding', 'spread'], output: ['hidden'] },
        { opType: 'MatMul', input: ['hidden', 'gather'], output: ['logits'] },
      ],
      initializer: [
        weights('spread', [CLASSES, width], spread),
        weights('gather', [width, CLASSES], gather),
      ],
      input: [value('input', DataType.UINT8, [1, SIDE, SIDE, 3])],
      output: [
        value('logits', DataType.FLOAT, [1, CLASSES]),
        value('embedding', DataType.FLOAT, [1, CLASSES]),
      ],
    },
  });
}
