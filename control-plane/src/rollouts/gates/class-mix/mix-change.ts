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

/** Changes added up, so that the mean of all but some need not look at all again. */
export interface MixSum extends MixChange {
  readonly devices: number;
}

export function sumOf(changes: readonly MixChange[]): MixSum {
  const add = (side: keyof MixChange) => {
    const sum = (changes[0]?.[side] ?? []).map(() => 0);
    for (const change of changes) {
      const shares = change[side];
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (shares[i] as number);
    }
    return sum;
  };
  return { devices: changes.length, before: add('before'), after: add('after') };
}

/** All but some of them. */
export function without(all: MixSum, some: MixSum): MixSum {
  // Shares are not below nothing, but sums of them round.
  const rest = (side: keyof MixChange) =>
    all[side].map((sum, i) => Math.max(0, sum - (some[side][i] as number)));
  return { devices: all.devices - some.devices, before: rest('before'), after: rest('after') };
}

/** The mean over devices: each counts once, however many frames it looks at. */
export function meanOf({ devices, before, after }: MixSum): MixChange {
  const mean = (sums: readonly number[]) => sums.map((sum) => sum / devices);
  return { before: mean(before), after: mean(after) };
}
