import { AttributeType, type NodeProto } from '../protobuf/model.ts';
import { attribute, type FloatGraph } from './float-graph.ts';

/**
 * Takes out each Pad with zeros that only convolutions read: they pad by themselves, with exactly
 * the same result. What is left of the Pads is written by `rewriteQuantized`.
 */
export function foldPadding(graph: FloatGraph): void {
  for (const pad of graph.nodes.filter(({ opType }) => opType === 'Pad')) {
    const [input, output] = [pad.input?.[0] as string, pad.output?.[0] as string];
    const around = padValue(graph, pad) === 0 ? spatialPadding(graph, pad) : null;
    const consumers = graph.consumers(output);
    const fold = around && !graph.outputNames.includes(output) && consumers.every(padsByNumbers);
    if (!fold) continue;
    for (const convolution of consumers) {
      convolution.input = convolution.input?.map((name) => (name === output ? input : name)) ?? [];
      addPadding(convolution, around);
    }
    graph.nodes = graph.nodes.filter((node) => node !== pad);
  }
}

/**
 * What a Pad fills with: a number; `'own'` where it repeats its input's values; null where that is
 * no constant.
 */
export function padValue(graph: FloatGraph, pad: NodeProto): number | 'own' | null {
  const mode = attribute(pad, 'mode')?.s;
  if (mode && Buffer.from(mode).toString() !== 'constant') return 'own';
  const name = pad.input?.[2];
  return name ? (graph.floats(name)?.[0] ?? null) : 0;
}

/**
 * `[top, left, bottom, right]` of a Pad over the height and width of pictures alone; null for any
 * other.
 */
function spatialPadding(graph: FloatGraph, pad: NodeProto): number[] | null {
  const [, pads, , axes] = pad.input ?? [];
  const amounts = graph.integers(pads);
  if (amounts?.length !== 8 || axes) return null;
  const [n, c, top, left, nEnd, cEnd, bottom, right] = amounts as [number, ...number[]];
  if ([n, c, nEnd, cEnd].some((amount) => amount !== 0)) return null;
  const around = [top, left, bottom, right] as number[];
  return around.every((amount) => amount >= 0) ? around : null;
}

function padsByNumbers(node: NodeProto): boolean {
  return node.opType === 'Conv' && !hasAutomaticPadding(node);
}

/** Whether a convolution's padding is left to a rule, rather than given in `pads`. */
export function hasAutomaticPadding(convolution: NodeProto): boolean {
  const rule = attribute(convolution, 'auto_pad')?.s;
  return rule !== undefined && Buffer.from(rule).toString() !== 'NOTSET';
}

function addPadding(convolution: NodeProto, around: readonly number[]): void {
  const own = attribute(convolution, 'pads')?.ints ?? [0, 0, 0, 0];
  const ints = own.map((amount, side) => amount + (around[side] as number));
  convolution.attribute = [
    ...(convolution.attribute ?? []).filter(({ name }) => name !== 'pads'),
    { name: 'pads', ints, type: AttributeType.INTS },
  ];
}
