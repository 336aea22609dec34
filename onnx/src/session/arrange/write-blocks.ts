import type { TensorPlan } from '@edgeloop/protocol';
import { BLOCK } from './block-pixels.ts';

type PixelsPlan = Pick<Extract<TensorPlan, { type: 'uint8' }>, 'padding' | 'padValue'>;

/**
 * Of a batch of pictures, `[N, side, side, 3]`; null where they are of an odd number of pixels,
 * which have no blocks.
 */
export function blocksShape([count = 0, side = 0]: readonly number[]): number[] | null {
  return side % 2 === 0 ? [count, side / 2, side / 2, BLOCK] : null;
}

/**
 * Writes one picture as the `index`th of a batch of blocks of 2 × 2 pixels, two of a row and the
 * two below, padded as the plan says: 12 bytes a block. At once: the padded picture need not be
 * anywhere.
 * @param rgb `uint8[crop, crop, 3]`
 * @param target `uint8[N, side/2, side/2, 12]`, side with padding and even; at an address that four
 * divides.
 */
export function writeBlocks(
  plan: PixelsPlan,
  crop: number,
  rgb: Uint8Array,
  target: Uint8Array,
  index: number,
): void {
  const { padding } = plan;
  const half = crop / 2 + padding;
  const start = index * half * half * BLOCK;
  // Blocks from here on, and before that, hold no padding.
  const [first, end] = [(padding + 1) >> 1, (padding + crop) >> 1];
  const from = new DataView(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  const to = new Uint32Array(target.buffer, target.byteOffset + start, (half * half * BLOCK) / 4);
  for (let row = 0; row < half; row++) {
    if (row < first || row >= end) {
      writeEdge(plan, crop, rgb, target, { start, row, column: 0, until: half });
      continue;
    }
    writeEdge(plan, crop, rgb, target, { start, row, column: 0, until: first });
    writeEdge(plan, crop, rgb, target, { start, row, column: end, until: half });
    let at = ((row * half + first) * BLOCK) / 4;
    let upper = ((2 * row - padding) * crop + 2 * first - padding) * 3;
    let lower = upper + 3 * crop;
    for (let column = first; column < end; column++, at += 3, upper += 6, lower += 6) {
      const below = from.getUint32(lower, true);
      to[at] = from.getUint32(upper, true);
      to[at + 1] = from.getUint16(upper + 4, true) | (below << 16);
      to[at + 2] = (below >>> 16) | (from.getUint16(lower + 4, true) << 16);
    }
  }
}

/** Blocks of a row that may lie in the padding, pixel by pixel. */
function writeEdge(
  { padding, padValue }: PixelsPlan,
  crop: number,
  rgb: Uint8Array,
  target: Uint8Array,
  blocks: { start: number; row: number; column: number; until: number },
): void {
  const { start, row, until } = blocks;
  const half = crop / 2 + padding;
  const within = (at: number) => at >= 0 && at < crop;
  for (let { column } = blocks; column < until; column++) {
    let at = start + (row * half + column) * BLOCK;
    for (const y of [2 * row - padding, 2 * row - padding + 1]) {
      for (const x of [2 * column - padding, 2 * column - padding + 1]) {
        const pixel = within(y) && within(x) ? (y * crop + x) * 3 : null;
        for (let colour = 0; colour < 3; colour++) {
          target[at++] = (pixel === null ? padValue[colour] : rgb[pixel + colour]) as number;
        }
      }
    }
  }
}
