/** Index of the greatest score, the first of equals. */
export function leader(scores: readonly number[]): number {
  return scores.reduce((best, score, i) => (score > (scores[best] as number) ? i : best), 0);
}
