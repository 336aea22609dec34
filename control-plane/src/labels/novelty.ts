import { type PackedEmbedding, unpackEmbedding } from '../samples/embedding/packed-embedding.ts';

/**
 * Where a picture lies for the model that saw it. Directions of two models say nothing of one
 * another.
 */
export interface Direction {
  readonly model: string;
  /** Of length 1, and as long as every other of that model. */
  readonly unit: Float32Array;
}

/** As it is kept with a sample. */
export function directionOf(row: {
  readonly model: string | null;
  readonly packed: PackedEmbedding | null;
}): Direction | null {
  return row.model !== null && row.packed !== null
    ? { model: row.model, unit: unpackEmbedding(row.packed) }
    : null;
}

/** Directions are no nearer than rounding leaves them: the square of a distance. */
const SAME = 1e-4;

/**
 * How unlike each of some pictures is to all that is known already: the distance to the nearest, in
 * units of the usual distance between two of them, 1 at most. Whoever takes the most novel first
 * and adds it visits the farthest point each time (Gonzalez 1985; as a choice of what to label:
 * Sener and Savarese 2018). A distance is measured when it is asked for, since most never are (lazy
 * greedy, Minoux 1978).
 */
export class Novelty {
  readonly #directions: readonly (Direction | null)[];
  readonly #known = new Map<string, Float32Array[]>();
  /**
   * To the nearest of the first `#measured` that are known, squared; infinite where there is none.
   */
  readonly #distances: Float64Array;
  readonly #measured: Uint32Array;
  /** Between two of a model, squared. */
  readonly #usual: ReadonlyMap<string, number>;

  constructor(directions: readonly (Direction | null)[], known: readonly Direction[]) {
    this.#directions = directions;
    this.#distances = new Float64Array(directions.length).fill(Number.POSITIVE_INFINITY);
    this.#measured = new Uint32Array(directions.length);
    this.#usual = usualDistances(directions);
    for (const direction of known) this.add(direction);
  }

  /** 0: the same as a known one … 1: as far as any, or nothing is known of it. */
  of(picture: number): number {
    const direction = this.#directions[picture];
    const known = direction && this.#known.get(direction.model);
    if (!known) return 1;
    let nearest = this.#distances[picture] as number;
    for (let i = this.#measured[picture] as number; i < known.length; i++) {
      nearest = Math.min(nearest, 2 - 2 * product(direction.unit, known[i] as Float32Array));
    }
    this.#distances[picture] = Math.max(0, nearest);
    this.#measured[picture] = known.length;
    return this.atMost(picture);
  }

  /** What it was when it was last asked for: since then it can only have become less. */
  atMost(picture: number): number {
    const distance = this.#distances[picture] as number;
    if (distance === Number.POSITIVE_INFINITY) return 1;
    const { model } = this.#directions[picture] as Direction;
    return Math.min(1, Math.sqrt(distance / (this.#usual.get(model) as number)));
  }

  /** From now on it is known. */
  add({ model, unit }: Direction): void {
    const known = this.#known.get(model);
    if (known) known.push(unit);
    else this.#known.set(model, [unit]);
  }
}

/** By model, of two directions drawn at random, squared: 2 − 2·|mean|². */
function usualDistances(directions: readonly (Direction | null)[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { readonly sum: Float64Array; count: number }>();
  for (const direction of directions) {
    if (!direction) continue;
    const { model, unit } = direction;
    const of = sums.get(model) ?? { sum: new Float64Array(unit.length), count: 0 };
    for (let i = 0; i < unit.length; i++) of.sum[i] = (of.sum[i] as number) + (unit[i] as number);
    of.count += 1;
    sums.set(model, of);
  }
  return new Map(
    [...sums].map(([model, { sum, count }]) => {
      const mean = sum.reduce((square, value) => square + (value / count) ** 2, 0);
      return [model, Math.max(SAME, 2 - 2 * mean)];
    }),
  );
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
