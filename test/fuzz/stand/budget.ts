import type { Test } from 'tap';
import { LONG } from '../../stand/long.ts';

/**
 * `npm run test:long` runs so many times as many cases: the 51,000 of CI become more than a
 * million.
 */
export const LONG_FACTOR = 20;

/**
 * The same cases on every machine, unless another seed is asked for; at full length another each
 * time.
 */
export const SEED = Number(
  process.env.EDGELOOP_FUZZ_SEED ?? (LONG ? Date.now() % 2 ** 31 : 20_261_127),
);

/** @param cases as many as in CI */
export function casesOf(cases: number): number {
  const factor = Number(process.env.EDGELOOP_FUZZ_FACTOR ?? (LONG ? LONG_FACTOR : 1));
  return Math.ceil(cases * factor);
}

/** Hours, at full length: what ends a case that hangs is the watchdog. */
export function takesItsTime(t: Pick<Test, 'setTimeout'>): void {
  t.setTimeout(LONG ? 4 * 3_600_000 : 600_000);
}
