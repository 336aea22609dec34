import type { Head } from '@edgeloop/onnx';

/**
 * Embeddings moved and scaled to mean 0 and, on average, length 1: one step length and one decay
 * fit every model.
 */
export interface Standardization {
  /** `float64[width]`. */
  readonly mean: Float64Array;
  readonly scale: number;
}

/** @param rows Each `float32[width]`, at least one. */
export function standardizationOf(rows: readonly Float32Array[]): Standardization {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) {
    for (let i = 0; i < mean.length; i++) {
      mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
    }
  }
  let square = 0;
  for (const row of rows) {
    for (let i = 0; i < mean.length; i++) square += ((row[i] as number) - (mean[i] as number)) ** 2;
  }
  // Rows that are all the same have nothing to tell apart.
  return { mean, scale: Math.sqrt(square / rows.length) || 1 };
}

export function standardized(row: Float32Array, { mean, scale }: Standardization): Float32Array {
  return row.map((value, i) => (value - (mean[i] as number)) / scale);
}

/** The head that says of standardized rows what this one says of the rows. */
export function ofStandardized({ weight, bias }: Head, by: Standardization): Head {
  const { mean, scale } = by;
  return {
    weight: { dims: weight.dims, data: weight.data.map((value) => value * scale) },
    bias: { dims: bias.dims, data: bias.data.map((value, c) => value + dot(weight.data, c, mean)) },
  };
}

/** The head with a change that was learnt on standardized rows: of rows as they are. */
export function changed(head: Head, change: Head, { mean, scale }: Standardization): Head {
  const weight = head.weight.data.map(
    (value, i) => value + (change.weight.data[i] as number) / scale,
  );
  const bias = head.bias.data.map((value, c) => {
    const moved = dot(change.weight.data, c, mean) / scale;
    return value + (change.bias.data[c] as number) - moved;
  });
  return {
    weight: { dims: head.weight.dims, data: weight },
    bias: { dims: head.bias.dims, data: bias },
  };
}

/** What a head makes of one embedding. */
export function logitsOf({ weight, bias }: Head, row: Float32Array): number[] {
  return Array.from(bias.data, (value, c) => value + dot(weight.data, c, row));
}

function dot(weights: Float32Array, row: number, values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += (weights[row * values.length + i] as number) * (values[i] as number);
  }
  return sum;
}
