import type { FloatTensor } from '../../architecture/weights.ts';
import { DataType, type TensorProto } from '../../protobuf/model.ts';
import { type FloatFormat, floatBytes, readFloats } from '../float-formats.ts';
import { invalid } from './walked-graph.ts';

const FORMATS: ReadonlyMap<number, FloatFormat> = new Map([
  [DataType.FLOAT, 'float32'],
  [DataType.DOUBLE, 'float64'],
  [DataType.FLOAT16, 'float16'],
  [DataType.BFLOAT16, 'bfloat16'],
]);

/**
 * @throws OnnxError `WEIGHTS_INVALID` where the numbers are not as many as the shape says, or in
 * another file.
 */
export function tensorFloats(tensor: TensorProto, name: string): FloatTensor {
  const { dims = [], dataType = 0, rawData, floatData = [] } = tensor;
  if (tensor.externalData?.length) {
    throw invalid(`the numbers of ${name} in its file`, 'a reference to another file');
  }
  const format = FORMATS.get(dataType);
  const count = dims.reduce((product, n) => product * n, 1);
  const length = rawData && format ? rawData.length / floatBytes(format) : floatData.length;
  if (!format || (!rawData && dataType !== DataType.FLOAT) || length !== count) {
    throw invalid(
      `${count} floats for ${name}`,
      `${length} numbers of the data type ${dataType}. Was it cut short?`,
    );
  }
  return {
    dims: [...dims],
    data: rawData ? readFloats(rawData, format) : Float32Array.from(floatData),
  };
}
