/** Scores that add up to 1, from logits. */
export function softmax(logits: ArrayLike<number>): number[] {
  const highest = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
