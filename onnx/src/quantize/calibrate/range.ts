/** The lowest and highest value that a tensor took. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The widest of both: a later batch never narrows what an earlier one saw. */
export function mergeRanges(a: Range | undefined, b: Range): Range {
  return a ? { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) } : b;
}

/** What both have: a threshold never widens what was seen. */
export function intersectRanges(a: Range, b: Range): Range {
  return { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) };
}
