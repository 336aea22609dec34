/** `93 of 100 (93.0 %)`. */
export function share(part: number, whole: number): string {
  return `${part} of ${whole} (${percent(part / whole)})`;
}

export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

/** Differences of ratios. */
export function points(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} points`;
}
