/** How a curve goes, outliers aside. */
export interface Trend {
  /** Medians of the first and of the last third. */
  readonly first: number;
  readonly last: number;
  /** Median of the slopes between all pairs (Theil-Sen), a unit of `xs`. */
  readonly slope: number;
}

/** `xs` ascend; as many as `ys`, at least three. */
export function trend(xs: readonly number[], ys: readonly number[]): Trend {
  if (xs.length !== ys.length || xs.length < 3) {
    throw new RangeError(
      `Expected at least 3 points for a trend, as many x as y, received ${xs.length} and ${ys.length}.`,
    );
  }
  const third = Math.floor(ys.length / 3);
  const slopes = xs.flatMap((x, i) =>
    xs
      .slice(i + 1)
      .map((later, j) => ((ys[i + 1 + j] as number) - (ys[i] as number)) / (later - x)),
  );
  return {
    first: median(ys.slice(0, third)),
    last: median(ys.slice(-third)),
    slope: median(slopes),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}
