import { DataType, type GraphProto, type ValueInfoProto } from '../protobuf/model.ts';
import { checkElementType, countElements } from './check-tensor.ts';
import { quote, Refused } from './model-refusal.ts';

/** What the package says of the model: the agent builds its tensors by that. */
export interface ExpectedInterface {
  readonly element: 'uint8' | 'float32';
  /** Of one picture: `[1, …]`. */
  readonly input: readonly number[];
  readonly classes: number;
}

/**
 * One input of the package's type and shape; `logits[N, classes]`, float32, and whatever else it
 * gives.
 */
export function checkInterface(graph: GraphProto, expected: ExpectedInterface): void {
  const weights = new Set(graph.initializer?.map(({ name }) => name));
  const [input, ...more] = (graph.input ?? []).filter(({ name }) => !weights.has(name));
  const outputs = graph.output ?? [];
  const logits = outputs.find(({ name }) => name === 'logits');
  if (!input || more.length > 0 || !logits || outputs.length > MAX_OUTPUTS) {
    const names = outputs.slice(0, MAX_OUTPUTS).map(({ name }) => quote(name));
    throw new Refused(
      'INTERFACE',
      `Expected a model of one input and at most ${MAX_OUTPUTS} outputs, one of them logits, received ${more.length + (input ? 1 : 0)} inputs and ${outputs.length} outputs (${names.join(', ')}).`,
    );
  }
  const element = expected.element === 'uint8' ? DataType.UINT8 : DataType.FLOAT;
  requireValue(input, element, expected.input);
  requireValue(logits, DataType.FLOAT, [null, expected.classes]);
}

const MAX_OUTPUTS = 4;

/** Types and shapes that the graph gives for what it computes. */
export function checkValue({ name, type }: ValueInfoProto): void {
  const where = `value ${quote(name)}`;
  checkElementType(type?.tensorType?.elemType, where);
  countElements(
    shapeOf(type).map((size) => size ?? 1),
    where,
  );
}

/**
 * @param dims null: any size. A size, or a whole shape, that the model leaves open fits: the golden
 * cases will tell.
 */
function requireValue(
  { name, type }: ValueInfoProto,
  element: number,
  dims: readonly (number | null)[],
): void {
  const { elemType } = type?.tensorType ?? {};
  const received = shapeOf(type);
  const fits =
    !type?.tensorType?.shape ||
    (received.length === dims.length &&
      received.every((size, i) => size === null || dims[i] === null || size === dims[i]));
  if (elemType === element && fits) return;
  const shape = (sizes: readonly (number | null)[]) => `[${sizes.map((size) => size ?? '?')}]`;
  throw new Refused(
    'INTERFACE',
    `Expected ${quote(name)} of type ${element} of ONNX and shape ${shape(dims)}, as the manifest says, received type ${elemType} and shape ${shape(received)}.`,
  );
}

function shapeOf(type: ValueInfoProto['type']): (number | null)[] {
  return (type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => dimValue ?? null);
}
