/** What a model made of a frame: its embedding, or the scores of a model that has none. */
export type Pattern = ArrayLike<number>;

/** Patterns that differ from one another, the newest last. */
export type RecentPatterns = readonly Pattern[];

/** With 512 floats each, 64 KiB a camera. */
const REMEMBERED = 32;

/**
 * Cosine distance to the nearest pattern that is remembered: 0 the same direction, 1 nothing in common, 2 the opposite.
 * Null: there is nothing to compare with, or it came from another model.
 */
export function distanceToRecent(recent: RecentPatterns, pattern: Pattern): number | null {
  let nearest: number | null = null;
  for (const other of recent) {
    if (other.length !== pattern.length) return null;
    const distance = cosineDistance(other, pattern);
    nearest = nearest === null ? distance : Math.min(nearest, distance);
  }
  return nearest;
}

/** Remembers a pattern that is `distance` away from the nearest, if it is further than `enough`; forgets the oldest. */
export function rememberPattern(
  recent: RecentPatterns,
  pattern: Pattern,
  distance: number | null,
  enough: number,
): RecentPatterns {
  if (distance === null) return [pattern];
  return distance > enough ? [...recent.slice(1 - REMEMBERED), pattern] : recent;
}

function cosineDistance(a: Pattern, b: Pattern): number {
  let dot = 0;
  let ofA = 0;
  let ofB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  const norm = Math.sqrt(ofA * ofB);
  if (norm > 0) return Math.max(0, 1 - dot / norm);
  // Nothing has no direction: it is like itself alone.
  return ofA === ofB ? 0 : 1;
}
