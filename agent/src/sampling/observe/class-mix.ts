/** How often each class won, counts fading so that the mix follows the days. */
export interface ClassMix {
  readonly counts: ReadonlyMap<string, number>;
  /** Frames that count in full; it grows to a limit. */
  readonly total: number;
}

export const NO_MIX: ClassMix = { counts: new Map(), total: 0 };

/** Beyond so many frames all counts are halved: at ten a second the mix reaches back some hours. */
const HALVED_AT = 200_000;

/** The part of the frames so far that a class won; 0 for one that was never seen. */
export function shareOf({ counts, total }: ClassMix, label: string): number {
  return total === 0 ? 0 : (counts.get(label) ?? 0) / total;
}

export function countClass(mix: ClassMix, label: string): ClassMix {
  const counts = new Map(mix.counts).set(label, (mix.counts.get(label) ?? 0) + 1);
  const total = mix.total + 1;
  if (total < HALVED_AT) return { counts, total };
  const halves = Array.from(counts, ([name, count]) => [name, count / 2] as const);
  return { counts: new Map(halves), total: total / 2 };
}
