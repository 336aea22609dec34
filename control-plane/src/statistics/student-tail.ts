import { incompleteBeta } from './incomplete-beta.ts';

/**
 * The probability that Student's t exceeds a value by chance, one-sided.
 * @param freedom degrees, at least 1
 */
export function studentTail(t: number, freedom: number): number {
  const both = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t >= 0 ? both / 2 : 1 - both / 2;
}
