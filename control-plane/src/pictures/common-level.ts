/**
 * To what those who hold most come down together, so that `excess` is gone and nobody who holds
 * less gives anything (the filling of water, upside down).
 * @param held by each, most first
 * @param floor what the next holds who is not among them; 0: there is none. Nobody comes below it
 */
export function commonLevel(held: readonly number[], excess: number, floor: number): number {
  let above = 0;
  for (const [index, one] of held.entries()) {
    above += one;
    const level = (above - excess) / (index + 1);
    if (level >= (held[index + 1] ?? floor)) return level;
  }
  return floor;
}
