/**
 * A score as the page shows it everywhere, in percent.
 * @param share From 0 to 1, as the address has it; empty: any
 */
export const percentOf = (share: string): string =>
  share === '' || !Number.isFinite(Number(share)) ? share : String(round(100 * Number(share)));

/**
 * For the address and the API.
 * @param percent As it was typed; empty: any. Beyond 0 and 100 it is as far as there are scores
 * @returns from 0 to 1
 */
export function shareOf(percent: string): string {
  if (percent === '' || !Number.isFinite(Number(percent))) return '';
  return String(round(Math.min(100, Math.max(0, Number(percent)))) / 100);
}

/** 100 × 0.07 is 7.000000000000001. */
const round = (percent: number): number => Number(percent.toFixed(6));
