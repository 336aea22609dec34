import type { GraphProto, NodeProto } from '../../protobuf/model.ts';
import { bytesOf, ints, type QuantizedWeights, quantizedWeights } from './quantized-weights.ts';

const COLOURS = 3;
/** Bytes of a block of 2 × 2 pixels: channels of what the convolution then takes. */
export const BLOCK = 4 * COLOURS;

/**
 * A first convolution of stride 2 over pixels becomes one of stride 1 over blocks of 2 × 2 pixels,
 * its weights in another order and filled up with zeros: 12 channels in place of 3 are a multiple
 * of the four that a dot product takes, and have half as many rows to be gathered. The model then
 * takes `uint8[N, side/2, side/2, 12]`, as `writeBlocks` writes it. @returns whether it did
 */
export function blockPixels(graph: GraphProto): boolean {
  const [input] = graph.input ?? [];
  const dims = input?.type?.tensorType?.shape?.dim ?? [];
  const [height, width, colours] = dims.slice(1).map(({ dimValue }) => dimValue ?? 0);
  if (!height || !width || height % 2 || width % 2 || colours !== COLOURS) return false;
  const convolution = firstConvolution(graph, input?.name ?? '');
  const found = convolution && quantizedWeights(graph, convolution);
  if (!convolution || !found || !isOverBlocks(convolution, found)) return false;
  const { weights, values } = found;
  const [out = 0, , kernel = 0] = weights.dims ?? [];
  const side = Math.ceil(kernel / 2);
  weights.rawData = bytesOf(overBlocks(values, out, kernel, side));
  weights.dims = [out, BLOCK, side, side];
  convolution.attribute = (convolution.attribute ?? []).map((attribute) => {
    if (attribute.name === 'kernel_shape') return { ...attribute, ints: [side, side] };
    return attribute.name === 'strides' ? { ...attribute, ints: [1, 1] } : attribute;
  });
  const blocks = [{ dimValue: height / 2 }, { dimValue: width / 2 }, { dimValue: BLOCK }];
  dims.splice(1, 3, ...blocks);
  return true;
}

/** Input → Transpose → DequantizeLinear → Conv, and nothing beside. */
function firstConvolution(graph: GraphProto, input: string): NodeProto | null {
  let [name, node] = [input, null as NodeProto | null];
  for (const opType of ['Transpose', 'DequantizeLinear', 'Conv']) {
    const readers = (graph.node ?? []).filter((one) => one.input?.includes(name));
    node = readers[0] ?? null;
    if (readers.length !== 1 || node?.opType !== opType) return null;
    name = node.output?.[0] ?? '';
  }
  return node;
}

/** Square, without padding and dilation, of stride 2, and in one group. */
function isOverBlocks(node: NodeProto, { weights }: QuantizedWeights): boolean {
  const [, colours, height, width] = weights.dims ?? [];
  const all = (name: string, value: number) => ints(node, name).every((one) => one === value);
  const group = node.attribute?.find(({ name }) => name === 'group')?.i ?? 1;
  return (
    colours === COLOURS &&
    height === width &&
    group === 1 &&
    ints(node, 'strides').length === 2 &&
    all('strides', 2) &&
    all('pads', 0) &&
    all('dilations', 1)
  );
}

function overBlocks(values: Int8Array, out: number, kernel: number, side: number): Int8Array {
  const blocks = new Int8Array(out * BLOCK * side * side);
  let at = 0;
  for (let o = 0; o < out; o++) {
    for (let colour = 0; colour < COLOURS; colour++) {
      for (let y = 0; y < kernel; y++) {
        for (let x = 0; x < kernel; x++) {
          const channel = (2 * (y % 2) + (x % 2)) * COLOURS + colour;
          const row = (o * BLOCK + channel) * side + (y >> 1);
          blocks[row * side + (x >> 1)] = values[at++] as number;
        }
      }
    }
  }
  return blocks;
}
