/**
 * The direction of what a model made of a frame (its embedding, or the scores of a model that has
 * none): of length 1. One more number stands for nothing at all, which has no direction, so that it
 * is like itself alone.
 */
export type Pattern = Float32Array;

/** Patterns that differ from one another, the newest last. */
export type RecentPatterns = readonly Pattern[];

/** With 512 floats each, 64 KiB a camera, and as many multiplications a frame. */
const REMEMBERED = 32;

export function toPattern(values: ArrayLike<number>): Pattern {
  const pattern = new Float32Array(values.length + 1);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] as number) ** 2;
  if (squares === 0) pattern[values.length] = 1;
  const norm = Math.sqrt(squares || 1);
  for (let i = 0; i < values.length; i++) pattern[i] = (values[i] as number) / norm;
  return pattern;
}

/**
 * Cosine distance to the nearest pattern that is remembered: 0 the same direction, 1 nothing in
 * common, 2 the opposite. Null: there is nothing to compare with, or it came from another model.
 */
export function distanceToRecent(recent: RecentPatterns, pattern: Pattern): number | null {
  let nearest = 2;
  for (const other of recent) {
    if (other.length !== pattern.length) return null;
    let dot = 0;
    for (let i = 0; i < pattern.length; i++) {
      dot += (other[i] as number) * (pattern[i] as number);
    }
    nearest = Math.min(nearest, 1 - dot);
  }
  return recent.length === 0 ? null : Math.max(0, nearest);
}

/**
 * Remembers a pattern that is `distance` away from the nearest, if it is further than `enough`;
 * forgets the oldest.
 */
export function rememberPattern(
  recent: RecentPatterns,
  pattern: Pattern,
  distance: number | null,
  enough: number,
): RecentPatterns {
  if (distance === null) return [pattern];
  return distance > enough ? [...recent.slice(1 - REMEMBERED), pattern] : recent;
}
