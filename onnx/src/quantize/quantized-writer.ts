import { AttributeType, DataType, type NodeProto, type TensorProto } from '../protobuf/model.ts';
import {
  type QuantizationParameters,
  quantizeInt8,
  quantizeInt32,
  scaleForBias,
  weightLimit,
  weightScale,
} from './quantization-parameters.ts';

/** Collects the nodes and constants of the quantized graph: QDQ form, as ONNX Runtime fuses it. */
export class QuantizedWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #weightLimit: number;

  constructor(reduceRange: boolean) {
    this.#weightLimit = weightLimit(reduceRange);
  }

  /** `tensor` → QuantizeLinear → DequantizeLinear → the name that is returned. */
  quantizeDequantize(tensor: string, { scale, zeroPoint }: QuantizationParameters): string {
    const scaleName = this.#tensor(`${tensor}/scale`, DataType.FLOAT, [], Float32Array.of(scale));
    const zeroName = this.#tensor(
      `${tensor}/zero_point`,
      DataType.UINT8,
      [],
      Uint8Array.of(zeroPoint),
    );
    const quantized = `${tensor}/quantized`;
    const dequantized = `${tensor}/dequantized`;
    this.node('QuantizeLinear', [tensor, scaleName, zeroName], [quantized]);
    this.node('DequantizeLinear', [quantized, scaleName, zeroName], [dequantized]);
    return dequantized;
  }

  /**
   * Pixels, `uint8[N, H, W, C]`, as floats 0…255 in the layout that convolutions are written in.
   */
  pixels(input: string): string {
    this.node(
      'Transpose',
      [input],
      ['pixels'],
      [{ name: 'perm', ints: [0, 3, 1, 2], type: AttributeType.INTS }],
    );
    const one = this.#tensor('pixels/scale', DataType.FLOAT, [], Float32Array.of(1));
    const zero = this.#tensor('pixels/zero_point', DataType.UINT8, [], Uint8Array.of(0));
    this.node('DequantizeLinear', ['pixels', one, zero], ['pixels/dequantized']);
    return 'pixels/dequantized';
  }

  /**
   * int8 weights, symmetric, one scale an output channel (axis 0), and int32 bias at `inputScale ·
   * weightScale`.
   */
  weights(
    name: string,
    weights: Float32Array,
    dims: readonly number[],
    bias: Float32Array | null,
    inputScale: number,
  ): { weights: string; bias: string | null } {
    const channels = dims[0] as number;
    const perChannel = weights.length / channels;
    const scales = new Float32Array(channels);
    const quantized = new Int8Array(weights.length);
    for (let channel = 0; channel < channels; channel++) {
      const [from, to] = [channel * perChannel, (channel + 1) * perChannel];
      let largest = 0;
      for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(weights[i] as number));
      const scale = scaleForBias(
        weightScale(largest, this.#weightLimit),
        inputScale,
        bias?.[channel] ?? 0,
      );
      scales[channel] = scale;
      for (let i = from; i < to; i++) {
        quantized[i] = quantizeInt8(weights[i] as number, scale, this.#weightLimit);
      }
    }
    return {
      weights: this.#dequantized(`${name}/weights`, DataType.INT8, dims, quantized, scales),
      bias: bias && this.#bias(`${name}/bias`, bias, inputScale, scales),
    };
  }

  /** Weights and bias as they are. */
  floatWeights(
    name: string,
    weights: Float32Array,
    dims: readonly number[],
    bias: Float32Array | null,
  ): { weights: string; bias: string | null } {
    return {
      weights: this.#tensor(`${name}/weights`, DataType.FLOAT, dims, weights),
      bias: bias && this.#tensor(`${name}/bias`, DataType.FLOAT, [bias.length], bias),
    };
  }

  /** A constant that stays as it is. */
  keep(tensor: TensorProto): void {
    if (!this.initializers.some(({ name }) => name === tensor.name)) this.initializers.push(tensor);
  }

  node(
    opType: string,
    input: string[],
    output: string[],
    attribute: NodeProto['attribute'] = [],
  ): void {
    this.nodes.push({ input, output, name: output[0] as string, opType, attribute });
  }

  #bias(name: string, bias: Float32Array, inputScale: number, scales: Float32Array): string {
    const biasScales = scales.map((scale) => inputScale * scale);
    const quantized = Int32Array.from(bias, (value, i) =>
      quantizeInt32(value, biasScales[i] as number),
    );
    return this.#dequantized(name, DataType.INT32, [bias.length], quantized, biasScales);
  }

  #dequantized(
    name: string,
    dataType: number,
    dims: readonly number[],
    values: Int8Array | Int32Array,
    scales: Float32Array,
  ): string {
    const zeros =
      values instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
    const inputs = [
      this.#tensor(`${name}/quantized`, dataType, dims, values),
      this.#tensor(`${name}/scale`, DataType.FLOAT, [scales.length], scales),
      this.#tensor(`${name}/zero_point`, dataType, [scales.length], zeros),
    ];
    this.node(
      'DequantizeLinear',
      inputs,
      [name],
      [{ name: 'axis', i: 0, type: AttributeType.INT }],
    );
    return name;
  }

  #tensor(
    name: string,
    dataType: number,
    dims: readonly number[],
    values: Float32Array | Uint8Array | Int8Array | Int32Array,
  ): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.keep({ name, dataType, dims: [...dims], rawData });
    return name;
  }
}
