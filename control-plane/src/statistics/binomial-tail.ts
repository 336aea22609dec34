import { incompleteBeta } from './incomplete-beta.ts';

/** The probability of at least so many successes in so many trials. */
export function binomialTail(successes: number, trials: number, probability: number): number {
  if (successes <= 0) return 1;
  return incompleteBeta(probability, successes, trials - successes + 1);
}
