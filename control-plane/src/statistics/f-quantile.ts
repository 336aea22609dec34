import { incompleteBeta } from './incomplete-beta.ts';

/**
 * What a ratio of two variance estimates exceeds by chance with the probability `alpha`. By
 * bisection, to 1e-9 of it.
 */
export function fQuantile(alpha: number, numerator: number, denominator: number): number {
  const tail = (f: number) =>
    incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
  let [low, high] = [0, 1];
  while (tail(high) > alpha) high *= 2;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (tail(middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}
