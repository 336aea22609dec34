import type { GreyImage } from '@edgeloop/imaging';
import type { Millis } from '@edgeloop/protocol';

/** How a small frame looks when nothing moves: a mean over time, in the light of the last frame. */
export interface Background {
  readonly width: number;
  readonly height: number;
  /** `float32[height, width]`, 0…255. */
  readonly cells: Float32Array;
  readonly at: Millis;
}

/** The comparison of a frame with a background. */
export interface Comparison {
  /** Of the cells that count, how many differ: 0…1. */
  readonly changed: number;
  /** By how much the light went up or down, over all of them. */
  readonly gain: number;
}

/**
 * So long takes a thing that stays to become background, nearly: after it has gone the gate stays
 * open as long. What passes within a second leaves less than a tenth of itself behind.
 */
const MEMORY = 10_000;
/** The light is no stronger or weaker than that at once: else it is another picture. */
const MOST_GAIN = 4;
/** In the dark the ratio of two brightnesses is noise. */
const DARK = 8;

/** @param counts `uint8[height, width]`: 0 where a cell does not count */
export function compare(
  { cells }: Background,
  { data }: GreyImage,
  counts: Uint8Array,
  threshold: number,
): Comparison {
  const gain = gainBetween(cells, data, counts);
  let counted = 0;
  let changed = 0;
  for (let i = 0; i < data.length; i++) {
    if (counts[i] === 0) continue;
    counted += 1;
    const expected = Math.min(255, gain * (cells[i] as number));
    if (Math.abs((data[i] as number) - expected) > threshold) changed += 1;
  }
  return { changed: counted === 0 ? 0 : changed / counted, gain };
}

/** The background with another frame in it; null: none yet, or another size. */
export function learn(
  background: Background | null,
  { data, width, height }: GreyImage,
  gain: number,
  at: Millis,
): Background {
  if (!background) return { width, height, cells: Float32Array.from(data), at };
  const weight = 1 - Math.exp((background.at - at) / MEMORY);
  const cells = background.cells.map((cell, i) => {
    const expected = Math.min(255, gain * cell);
    return expected + weight * ((data[i] as number) - expected);
  });
  return { width, height, cells, at };
}

/**
 * By medians, which nothing that covers less than half of the picture moves. The light of a scene
 * changes all of its brightnesses by one factor, also after a camera's gamma.
 */
function gainBetween(before: Float32Array, now: Uint8Array, counts: Uint8Array): number {
  const [was, is] = [median(before, counts), median(now, counts)];
  if (was < DARK || is < DARK) return 1;
  return Math.min(MOST_GAIN, Math.max(1 / MOST_GAIN, is / was));
}

/** Of a histogram: to whole numbers, 0…255, in one pass. Within a bin it is interpolated. */
function median(values: Float32Array | Uint8Array, counts: Uint8Array): number {
  const bins = new Uint32Array(257);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (counts[i] === 0) continue;
    const bin = Math.round(values[i] as number);
    bins[bin] = (bins[bin] as number) + 1;
    total += 1;
  }
  let below = 0;
  for (let bin = 0; bin < 256; bin++) {
    const here = bins[bin] as number;
    if (below + here > total / 2) return bin - 0.5 + (total / 2 - below) / here;
    below += here;
  }
  return 0;
}
