/**
 * Frames by winning class, then by bucket of its score: `scores` of a model in the health of a
 * device.
 */
export type ScoreCounts = Readonly<Record<string, readonly number[]>>;

export function addCounts(a: ScoreCounts, b: ScoreCounts): ScoreCounts {
  const labels = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...labels].map((label) => {
      const [one, other] = [a[label] ?? [], b[label] ?? []];
      const longer = one.length >= other.length ? one : other;
      return [label, longer.map((_, i) => (one[i] ?? 0) + (other[i] ?? 0))];
    }),
  );
}

/** What came since; null where the later is not of the same count any more. */
export function countsSince(earlier: ScoreCounts, later: ScoreCounts): ScoreCounts | null {
  const negative = Object.fromEntries(
    Object.entries(earlier).map(([label, counts]) => [label, counts.map((count) => -count)]),
  );
  const since = addCounts(later, negative);
  return Object.values(since).some((counts) => counts.some((count) => count < 0)) ? null : since;
}

export function totalOf(counts: ScoreCounts): number {
  return Object.values(counts).reduce(
    (sum, buckets) => sum + buckets.reduce((all, count) => all + count, 0),
    0,
  );
}
