import {
  DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../protobuf/model.ts';
import type { Precision } from '../session/provider.ts';
import { type AttributeValue, attribute } from './attribute.ts';

/** A tensor in the graph: its name and its static shape. A scalar has shape []. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Opset and IR version of the graphs that we write: what every supported runtime reads. */
const OPSET = 17;
const IR_VERSION = 8;

/**
 * Collects nodes and constants of one graph. Names are numbered in the order of creation, so that
 * equal calls give equal bytes.
 */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #sharedValues = new Map<string, Value>();
  readonly #halves = new Map<string, Value>();
  readonly #prefix: string;
  readonly #precision: Precision;
  readonly #marks: Value[] = [];
  #count = 0;

  /**
   * @param prefix Begins every name; two graphs of which one holds the other need different ones.
   * @param precision Of matrix products and convolutions; what goes in and comes out is float32 in
   * either.
   */
  constructor(prefix = '', precision: Precision = 'float32') {
    this.#prefix = prefix;
    this.#precision = precision;
  }

  /** Appends a node with one output of the given shape. */
  op(
    opType: string,
    inputs: readonly Value[],
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Value {
    const name = this.#name(opType);
    this.node(opType, inputs, [name], attributes);
    return { name, shape };
  }

  /** Appends a node whose outputs have names of the caller's. */
  node(
    opType: string,
    inputs: readonly Value[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): void {
    this.nodes.push({
      input: inputs.map(({ name }) => name),
      output: [...outputs],
      name: outputs[0] as string,
      opType,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
  }

  floats(data: Float32Array | readonly number[], shape: readonly number[], name?: string): Value {
    const array = data instanceof Float32Array ? data : Float32Array.from(data);
    return this.#constant(DataType.FLOAT, array, shape, name);
  }

  int32s(data: Int32Array, shape: readonly number[]): Value {
    return this.#constant(DataType.INT32, data, shape);
  }

  int8s(data: Int8Array): Value {
    return this.#constant(DataType.INT8, data, [data.length]);
  }

  /** A list of int64, shared between equal lists: shapes, axes, starts and ends. */
  int64s(values: readonly number[]): Value {
    return this.shared(`int64s ${values.join()}`, () =>
      this.#constant(DataType.INT64, BigInt64Array.from(values, BigInt), [values.length]),
    );
  }

  /** A float scalar, shared between equal ones. */
  scalar(value: number): Value {
    return this.shared(`scalar ${value}`, () => this.floats([value], []));
  }

  /**
   * A value that every caller with the same key gets: constants, index tables, weights in another
   * layout.
   */
  shared(key: string, make: () => Value): Value {
    let value = this.#sharedValues.get(key);
    if (!value) {
      value = make();
      this.#sharedValues.set(key, value);
    }
    return value;
  }

  add(a: Value, b: Value): Value {
    return this.op('Add', [a, b], broadcast(a, b));
  }
  sub(a: Value, b: Value): Value {
    return this.op('Sub', [a, b], broadcast(a, b));
  }
  mul(a: Value, b: Value): Value {
    return this.op('Mul', [a, b], broadcast(a, b));
  }
  reshape(x: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [x, this.int64s(shape)], shape);
  }
  transpose(x: Value, perm: readonly number[]): Value {
    return this.op(
      'Transpose',
      [x],
      perm.map((axis) => x.shape[axis] as number),
      { perm },
    );
  }
  /** `a[m, k] · b[k, n]`. */
  matMul(a: Value, b: Value): Value {
    return this.#product('MatMul', a, b, [a.shape[0] as number, b.shape[1] as number]);
  }
  /** `aᵀ · b`, plus `c` where it is given, for `a[k, m]`, `b[k, n]`, `c[m, n]`. */
  matMulTransposedA(a: Value, b: Value, c: Value | null = null): Value {
    const shape = [a.shape[1] as number, b.shape[1] as number];
    const attributes = { transA: 1 };
    if (c === null) return this.#product('Gemm', a, b, shape, attributes);
    // Sums of float16 products are kept in float32.
    if (this.#precision === 'mixed') return this.add(this.matMulTransposedA(a, b), c);
    return this.op('Gemm', [a, b, c], shape, attributes);
  }
  /** `a · bᵀ` for `a[m, k]`, `b[n, k]`. */
  matMulTransposedB(a: Value, b: Value): Value {
    const shape = [a.shape[0] as number, b.shape[0] as number];
    return this.#product('Gemm', a, b, shape, { transB: 1 });
  }
  /**
   * A convolution of planes, `[pictures, channels, rows, columns]`, to planes of the given shape.
   */
  conv(
    x: Value,
    kernels: Value,
    shape: readonly number[],
    attributes: Readonly<Record<string, readonly number[]>>,
  ): Value {
    return this.#product('Conv', x, kernels, shape, attributes);
  }
  /** Equal shares of the rows. */
  split(x: Value, count: number): Value[] {
    if (count === 1) return [x];
    const [rows = 0, ...rest] = x.shape;
    const shares = Array.from({ length: count }, () => ({
      name: this.#name('Split'),
      shape: [rows / count, ...rest],
    }));
    this.node(
      'Split',
      [x],
      shares.map(({ name }) => name),
      { axis: 0 },
    );
    return shares;
  }
  /** All of their rows, one after another. */
  concat(values: readonly Value[]): Value {
    const [first] = values as [Value];
    if (values.length === 1) return first;
    const rows = values.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
    return this.op('Concat', values, [rows, ...first.shape.slice(1)], { axis: 0 });
  }
  /**
   * The sum of the rows of `x[rows, columns]`, `[1, columns]`: a product with ones, several times
   * as fast as ReduceSum.
   */
  sumRows(x: Value): Value {
    const rows = x.shape[0] as number;
    const ones = this.shared(`ones ${rows}`, () =>
      this.floats(new Float32Array(rows).fill(1), [1, rows]),
    );
    // In float32 whatever the precision of products: long sums in float16 would be worth nothing.
    return this.op('MatMul', [ones, x], [1, x.shape[1] as number]);
  }
  /** Sum over one axis. */
  reduceSum(x: Value, axis: number, keepDimensions: boolean): Value {
    return this.op('ReduceSum', [x, this.int64s([axis])], reducedShape(x, axis, keepDimensions), {
      keepdims: keepDimensions ? 1 : 0,
    });
  }
  /** Rows `table[i]` of `x[rows, …]`. */
  gatherRows(x: Value, table: Value): Value {
    return this.op('Gather', [x, table], [...table.shape, ...x.shape.slice(1)], { axis: 0 });
  }

  /**
   * Asks for `value` before everything that is marked later. The runtime visits the nodes that
   * nobody reads, the last of them first, each after all that it needs: a node for every mark, in
   * reverse, makes that order ours. Without it, the gradients that only an update reads would wait
   * to the end, and all that they are made from with them.
   */
  mark(value: Value): Value {
    this.#marks.push(value);
    return value;
  }

  graph(
    name: string,
    inputs: readonly ValueInfoProto[],
    outputs: readonly ValueInfoProto[],
  ): GraphProto {
    const zero = this.#marks.length > 0 ? [this.int64s([0])] : [];
    for (const value of this.#marks.splice(0).reverse()) this.op('Gather', [value, ...zero], []);
    return {
      node: this.nodes,
      name,
      initializer: this.initializers,
      input: [...inputs],
      output: [...outputs],
    };
  }

  #product(
    opType: string,
    a: Value,
    b: Value,
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Value {
    if (this.#precision === 'float32') return this.op(opType, [a, b], shape, attributes);
    const product = this.op(opType, [this.#half(a), this.#half(b)], shape, attributes);
    return this.op('Cast', [product], shape, { to: DataType.FLOAT });
  }

  /** Made once for each value: columns and weights take part in several products. */
  #half(x: Value): Value {
    const half =
      this.#halves.get(x.name) ?? this.op('Cast', [x], x.shape, { to: DataType.FLOAT16 });
    this.#halves.set(x.name, half);
    return half;
  }

  #constant(
    dataType: number,
    data: Float32Array | Int32Array | Int8Array | BigInt64Array,
    shape: readonly number[],
    name = this.#name('constant'),
  ): Value {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ dims: [...shape], dataType, name, rawData });
    return { name, shape };
  }

  #name(opType: string): string {
    this.#count += 1;
    return `${this.#prefix}${opType}_${this.#count}`;
  }
}

export function model(graph: GraphProto): ModelProto {
  return {
    irVersion: IR_VERSION,
    producerName: 'edgeloop',
    opsetImport: [{ domain: '', version: OPSET }],
    graph,
  };
}

/** A graph's input or output. A string in the shape is the name of a dynamic dimension. */
export function valueInfo(
  name: string,
  elemType: number,
  shape: readonly (number | string)[],
): ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** The shape of an elementwise result, where one of both has it already (all that we need). */
function broadcast(a: Value, b: Value): readonly number[] {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  return size(a.shape) > size(b.shape) || a.shape.length > b.shape.length ? a.shape : b.shape;
}

function reducedShape(x: Value, axis: number, keepDimensions: boolean): number[] {
  return x.shape.flatMap((size, index) => (index !== axis ? [size] : keepDimensions ? [1] : []));
}
