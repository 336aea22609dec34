/**
 * Divides a whole number by weights into whole numbers that add up to it exactly. A share of it is
 * divided evenly first, so that none gets nothing; what rounding leaves goes to the largest
 * remainders (Hamilton), the first of them on a tie.
 * @param weights At least 0, finite. All 0: evenly.
 * @param evenShare 0…1.
 */
export function apportion(
  total: number,
  weights: readonly number[],
  evenShare: number,
): readonly number[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map(
    (weight) =>
      total *
      (evenShare / weights.length +
        (1 - evenShare) * (sum > 0 ? weight / sum : 1 / weights.length)),
  );
  const parts = shares.map(Math.floor);
  let left = total - parts.reduce((a, b) => a + b, 0);
  const byRemainder = shares
    .map((share, i) => ({ i, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (let next = 0; left > 0; next = (next + 1) % byRemainder.length, left--) {
    (parts[byRemainder[next]?.i as number] as number) += 1;
  }
  return parts;
}
