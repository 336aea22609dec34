import type { DetectionMix } from '../../../../src/resources/detection-mix.ts';

interface Bar {
  readonly label: string;
  readonly count: number;
  /** Counts below it in its bucket. */
  readonly below: number;
}

export interface Stack {
  /** Of each bucket, from below; without what was not seen. */
  readonly buckets: readonly (readonly Bar[])[];
  readonly highest: number;
}

export const OTHERS = 'other classes';

/** Counts of classes on top of one another, those that were seen most below. */
export function stack({ buckets, classes, others }: DetectionMix): Stack {
  const series = [...classes, ...(others ? [{ label: OTHERS, counts: others }] : [])];
  let highest = 0;
  const stacked = buckets.map((_, at) => {
    let below = 0;
    const bars = series.flatMap(({ label, counts }): Bar[] => {
      const count = counts[at] ?? 0;
      if (count === 0) return [];
      const bar = { label, count, below };
      below += count;
      return [bar];
    });
    highest = Math.max(highest, below);
    return bars;
  });
  return { buckets: stacked, highest };
}

/** The end of an axis, and its lines: whole numbers, at most five. */
export function axis(highest: number): { readonly end: number; readonly lines: readonly number[] } {
  const raw = Math.max(1, highest) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, ([1, 2, 5, 10].find((one) => one * power >= raw) ?? 10) * power);
  const lines = Array.from(
    { length: Math.ceil(Math.max(1, highest) / step) + 1 },
    (_, i) => i * step,
  );
  return { end: lines.at(-1) as number, lines };
}
