import { counted } from '@edgeloop/protocol/counted';
import { DataType, type TensorProto } from '../protobuf/model.ts';
import { Refused } from './model-refusal.ts';

/**
 * Bytes of an element. Texts, complex numbers and what is packed by nibbles are not for a model of
 * ours.
 */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [DataType.FLOAT]: 4,
  [DataType.UINT8]: 1,
  [DataType.INT8]: 1,
  [DataType.INT32]: 4,
  [DataType.INT64]: 8,
  [DataType.BOOL]: 1,
  [DataType.FLOAT16]: 2,
  [DataType.DOUBLE]: 8,
  [DataType.BFLOAT16]: 2,
};

const MAX_RANK = 8;
/**
 * The largest tensor of ResNet18 has 2.4 million elements (a weight) or 0.8 million (an activation
 * at 224²).
 */
const MAX_ELEMENTS = 2 ** 27;

/**
 * Weights and constants: of a known type, within bounds, in this file, and as long as their shape
 * says.
 */
export function checkTensor(tensor: TensorProto, where: string): void {
  const { dims = [], dataType = 0, dataLocation, externalData, rawData } = tensor;
  if (dataLocation || externalData?.length) {
    throw new Refused(
      'EXTERNAL_DATA',
      `Expected all weights within the model file, received ${where} with external data. Save the model as one file.`,
    );
  }
  checkElementType(dataType, where);
  const elements = countElements(dims, where);
  const expected = elements * (ELEMENT_BYTES[dataType] as number);
  if (rawData ? rawData.length !== expected : countValues(tensor) !== elements) {
    throw new Refused(
      'DIMENSIONS',
      `Expected ${counted(elements, 'element')} in ${where}, as its shape [${dims}] says, received ${rawData ? `${rawData.length} bytes instead of ${expected}` : countValues(tensor)}.`,
    );
  }
}

export function checkElementType(type: number | undefined, where: string): void {
  if (type !== undefined && Object.hasOwn(ELEMENT_BYTES, type)) return;
  throw new Refused(
    'TENSOR_TYPE',
    `Expected numbers of a type that inference uses in ${where}, received data type ${type ?? 'none'} of ONNX.`,
  );
}

/** @returns the product of the dimensions, which is within bounds */
export function countElements(dims: readonly number[], where: string): number {
  const elements = dims.reduce((product, size) => product * size, 1);
  const sound = dims.every(
    (size) => Number.isSafeInteger(size) && size >= 0 && size <= MAX_ELEMENTS,
  );
  if (sound && dims.length <= MAX_RANK && elements <= MAX_ELEMENTS) return elements;
  throw new Refused(
    'DIMENSIONS',
    `Expected at most ${MAX_RANK} dimensions and ${MAX_ELEMENTS} elements in ${where}, received the shape [${dims.slice(0, 16)}].`,
  );
}

function countValues({ floatData, int32Data, int64Data }: TensorProto): number {
  return (floatData?.length ?? 0) + (int32Data?.length ?? 0) + (int64Data?.length ?? 0);
}
