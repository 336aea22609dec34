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
                truth: classes[i] ?? '',
                predicted: classes[j] ?? '',
                samples,
                share: samples / all,
              },
            ],
      );
    })
    .sort((a, b) => b.samples - a.samples || b.share - a.share)
    .slice(0, most);
}

/**
 * The same matrix with its classes in another order: that of the task, which is that of every other
 * list.
 */
export function inOrder(
  classes: readonly string[],
  matrix: readonly (readonly number[])[],
  order: readonly string[],
): { readonly classes: readonly string[]; readonly matrix: readonly (readonly number[])[] } {
  const places = classes
    .map((name, at) => ({ at, place: order.indexOf(name) }))
    // What the task does not have any more comes last.
    .sort((a, b) => (a.place < 0 ? 1e9 : a.place) - (b.place < 0 ? 1e9 : b.place))
    .map(({ at }) => at);
  return {
    classes: places.map((at) => classes[at] as string),
    matrix: places.map((row) => places.map((column) => matrix[row]?.[column] ?? 0)),
  };
}
