import { type AttributeProto, AttributeType, type GraphProto } from '../protobuf/model.ts';

/** An attribute: whole numbers by default, `{ float }` for the rest, `{ graph }` for a body. */
export type AttributeValue =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: GraphProto };

/** As it stands on a node. */
export function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') return { name, i: value, type: AttributeType.INT };
  if ('float' in value) return { name, f: value.float, type: AttributeType.FLOAT };
  if ('graph' in value) return { name, g: value.graph, type: AttributeType.GRAPH };
  return { name, ints: [...value], type: AttributeType.INTS };
}
