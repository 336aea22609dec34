import type { Look } from '@edgeloop/imaging';

/**
 * Pictures of one device whose looks differ in at most so many of 64 bits are look-alikes. On the
 * drawn conveyor that finds a quarter of the pairs that show the same part, and two in a thousand
 * of those that do not.
 */
export const LOOK_ALIKE_BITS = 3;

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
 * A look in four bands of 16 bits. Look-alikes have at least one band in common, since three bits
 * can't touch all four: an index on each band finds them all (Norouzi et al. 2012, multi-index
 * hashing). Each band has bits of the whole picture: before a fixed camera much of it never
 * changes, and a band of that alone would find everything.
 */
export function bandsOf(look: Look): readonly [number, number, number, number] {
  const bands: [number, number, number, number] = [0, 0, 0, 0];
  for (const text of look) {
    const digit = Number.parseInt(text, 16);
    for (let i = 0; i < 4; i++) bands[i] = ((bands[i] as number) << 1) | ((digit >> i) & 1);
  }
  return bands;
}
