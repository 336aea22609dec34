import { type ScoreCounts, totalOf } from './score-counts.ts';

/** Expected in each bin; those with fewer are one bin together. */
const LEAST_EXPECTED = 5;

interface StabilityIndex {
  /** Σ (p − q)·ln(p / q) over the bins. */
  readonly psi: number;
  /** What it exceeds by chance once in a thousand times when nothing changed. */
  readonly noise: number;
}

/**
 * The population stability index of two histograms. When both are drawn from the same distribution,
 * it is about (1/n + 1/m)·χ² with one degree of freedom less than there are bins. Source: Yurdakul,
 * Naranjo, "Statistical properties of the population stability index", J. Risk Model Validation
 * 14(4), 2020.
 */
export function stabilityIndex(reference: ScoreCounts, recent: ScoreCounts): StabilityIndex {
  const [n, m] = [totalOf(reference), totalOf(recent)];
  const bins = binsOf(reference, recent);
  let psi = 0;
  for (const [before, now] of bins) {
    // Half a frame more: an empty bin is no proof that it never fills.
    const p = (before + 0.5) / (n + bins.length / 2);
    const q = (now + 0.5) / (m + bins.length / 2);
    psi += (p - q) * Math.log(p / q);
  }
  const freedom = bins.length - 1;
  return { psi, noise: freedom < 1 ? 0 : (1 / n + 1 / m) * chiSquare999(freedom) };
}

function binsOf(reference: ScoreCounts, recent: ScoreCounts): (readonly [number, number])[] {
  const [n, m] = [totalOf(reference), totalOf(recent)];
  const bins: (readonly [number, number])[] = [];
  let [restBefore, restNow] = [0, 0];
  for (const label of new Set([...Object.keys(reference), ...Object.keys(recent)])) {
    const [before, now] = [reference[label] ?? [], recent[label] ?? []];
    for (let i = 0; i < Math.max(before.length, now.length); i++) {
      const [a, b] = [before[i] ?? 0, now[i] ?? 0];
      // Of the smaller side, if both were alike.
      if (((a + b) / (n + m)) * Math.min(n, m) >= LEAST_EXPECTED) bins.push([a, b]);
      else [restBefore, restNow] = [restBefore + a, restNow + b];
    }
  }
  return restBefore + restNow > 0 ? [...bins, [restBefore, restNow]] : bins;
}

/**
 * The 99.9th percentile, by Wilson and Hilferty's cube root (1931): 3 % too much for one degree of
 * freedom, less for more.
 */
function chiSquare999(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 3.0902323061678132 * Math.sqrt(spread)) ** 3;
}
