import { counted } from '@edgeloop/protocol/counted';
/** `93 of 100 (93.0 %)`, or with what they are `93 of 100 devices (93.0 %)`. */
export function share(part: number, whole: number, one?: string): string {
  const all = one === undefined ? whole : counted(whole, one);
  return `${part} of ${all} (${percent(part / whole)})`;
}

export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

/** Differences of ratios. */
export function points(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} points`;
}
