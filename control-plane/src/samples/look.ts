import type { Look } from '@edgeloop/imaging';

/**
 * Pictures of one device whose looks differ in at most so many of 64 bits are look-alikes. On the drawn conveyor that
 * finds a quarter of the pairs that show the same part, and two in a thousand of those that do not.
 */
export const LOOK_ALIKE_BITS = 3;

const DIGITS_OF_BAND = 4;

/** Bits in which two looks differ: 0…64. */
export function lookDistance(a: Look, b: Look): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) {
    let differing = Number.parseInt(a[i] as string, 16) ^ Number.parseInt(b[i] as string, 16);
    for (; differing > 0; differing &= differing - 1) bits += 1;
  }
  return bits;
}

/**
 * A look in four bands of 16 bits. Look-alikes have at least one band in common, since three bits can't touch all four:
 * an index on each band finds them all (Norouzi et al. 2012, multi-index hashing).
 */
export function bandsOf(look: Look): readonly [number, number, number, number] {
  const band = (i: number) =>
    Number.parseInt(look.slice(i * DIGITS_OF_BAND, (i + 1) * DIGITS_OF_BAND), 16);
  return [band(0), band(1), band(2), band(3)];
}
