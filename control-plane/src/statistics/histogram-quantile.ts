/**
 * A quantile of a histogram: within its bucket values are taken to be spread evenly, from the bound
 * below to its own. What lies in the bucket beyond the last bound is told as that bound: it is at
 * least as much. The error is at most the width of the bucket.
 * @param counts one more than bounds, the last the rest @returns null for an empty one
 */
export function histogramQuantile(
  bounds: readonly number[],
  counts: readonly number[],
  quantile: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [i, bound] of bounds.entries()) {
    const count = counts[i] ?? 0;
    if (count > 0 && below + count >= rank) {
      const from = bounds[i - 1] ?? 0;
      return from + ((bound - from) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
