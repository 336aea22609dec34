import type { DeviceFigures, ModelFigures } from '../wave-figures.ts';

/** The classes' shares of the frames, in one order of classes, before and after. */
export interface MixChange {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** What each device's mix was and became, over all classes that any of them ever saw. */
export function mixChanges(
  devices: readonly DeviceFigures[],
  labels: readonly string[],
): MixChange[] {
  return devices.map(({ before, after }) => ({
    before: shares(before, labels),
    after: shares(after, labels),
  }));
}

export function labelsOf(devices: readonly DeviceFigures[]): string[] {
  const all = devices.flatMap(({ before, after }) => [
    ...Object.keys(before.scores),
    ...Object.keys(after.scores),
  ]);
  return [...new Set(all)].sort();
}

function shares({ scores }: ModelFigures, labels: readonly string[]): number[] {
  const counts = labels.map((label) => (scores[label] ?? []).reduce((sum, n) => sum + n, 0));
  const total = counts.reduce((sum, n) => sum + n, 0);
  return counts.map((count) => count / total);
}

/** The mean over devices: each counts once, however many frames it looks at. */
export function meanChange(changes: readonly MixChange[]): MixChange {
  const mean = (side: keyof MixChange) =>
    (changes[0]?.[side] ?? []).map(
      (_, i) => changes.reduce((sum, change) => sum + (change[side][i] ?? 0), 0) / changes.length,
    );
  return { before: mean('before'), after: mean('after') };
}
