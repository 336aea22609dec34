/** Numbers `from`…`to`, both inclusive, that will never come. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface Advance {
  readonly through: number;
  /** Rows among the numbers that were passed. */
  readonly passed: number;
}

/**
 * The highest number up to which every number is stored or explained by a tombstone.
 * @param through where it stood
 * @param stored numbers above `through` that are stored, ascending; read only as far as needed
 * @param gaps tombstones that reach beyond `through`
 */
export function advanceWatermark(
  through: number,
  stored: Iterable<number>,
  gaps: readonly Gap[],
): Advance {
  let next = through + 1;
  let passed = 0;
  const skipGaps = () => {
    for (;;) {
      const gap = gaps.find(({ from, to }) => from <= next && next <= to);
      if (!gap) return;
      next = gap.to + 1;
    }
  };
  skipGaps();
  for (const seq of stored) {
    if (seq > next) break;
    passed += 1;
    if (seq < next) continue;
    next += 1;
    if (gaps.length > 0) skipGaps();
  }
  return { through: next - 1, passed };
}
