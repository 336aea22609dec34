/** How sure the scores are: 0…1 each. */
export interface Uncertainty {
  /** Highest score less the second. */
  readonly margin: number;
  /** Shannon entropy, divided by that of equal scores; 0 for a single class. */
  readonly entropy: number;
}

/** @param scores Softmax */
export function uncertaintyOf(scores: readonly number[]): Uncertainty {
  let first = 0;
  let second = 0;
  let entropy = 0;
  for (const score of scores) {
    if (score > first) {
      second = first;
      first = score;
    } else if (score > second) second = score;
    if (score > 0) entropy -= score * Math.log(score);
  }
  const most = Math.log(Math.max(2, scores.length));
  // Sums of rounded scores may be a hair outside.
  return { margin: clamp(first - second), entropy: clamp(entropy / most) };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
