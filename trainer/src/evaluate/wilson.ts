/**
 * A share that was counted, with the interval that holds the true one in 95 of 100 cases (Wilson
 * 1927).
 */
export interface Share {
  readonly right: number;
  readonly of: number;
  /** All 0…1; 0, 0 and 1 for none of none. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

export function wilson(right: number, of: number): Share {
  if (of === 0) return { right, of, value: 0, low: 0, high: 1 };
  const value = right / of;
  const width = 1 + (Z * Z) / of;
  const center = (value + (Z * Z) / (2 * of)) / width;
  const half = (Z / width) * Math.sqrt((value * (1 - value)) / of + (Z * Z) / (4 * of * of));
  return { right, of, value, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
