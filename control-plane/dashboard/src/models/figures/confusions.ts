/** A cell beside the diagonal: samples of one class that were called another. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly samples: number;
  /** Of the samples of that class. */
  readonly share: number;
}

/** What is confused most often, the most first. */
export function topConfusions(
  classes: readonly string[],
  matrix: readonly (readonly number[])[],
  most: number,
): Confusion[] {
  return matrix
    .flatMap((row, i) => {
      const all = row.reduce((sum, count) => sum + count, 0);
      return row.flatMap((samples, j) =>
        i === j || samples === 0
          ? []
          : [
              {
                ...{ truth: classes[i] ?? '', predicted: classes[j] ?? '', samples },
                share: samples / all,
              },
            ],
      );
    })
    .sort((a, b) => b.samples - a.samples || b.share - a.share)
    .slice(0, most);
}
