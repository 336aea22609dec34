/** Ends of an interval of shares, from 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the standard normal, two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a share, 95 %: sensible with few trials, and where all agree. Source:
 * Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
 * @returns null without trials
 */
export function wilsonInterval(right: number, of: number): Interval | null {
  if (of <= 0) return null;
  const share = right / of;
  const centre = share + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const scale = 1 + Z ** 2 / of;
  // Rounding may lead a hair beyond the ends.
  return {
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}
