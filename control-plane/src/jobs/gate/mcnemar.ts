import { normalQuantile } from '../../statistics/normal-quantile.ts';

/**
 * McNemar's test on the samples that only one of two models gets right, one-sided, exact, with
 * mid-p: the probability of at least so many wins by chance, counting only half of that of exactly
 * so many. It keeps its level where the exact test is timid and the asymptotic one too bold.
 * Source: Fagerland, Lydersen, Laake, "The McNemar test for binary matched-pairs data", BMC Med.
 * Res. Methodol. 13:91, 2013.
 * @param wins samples that the challenger alone gets right
 * @param losses samples that the champion alone gets right
 */
export function midP(wins: number, losses: number): number {
  // The longer tail is what the shorter one leaves: its first terms may be too small for a float64.
  if (wins < losses) return 1 - midP(losses, wins);
  const pairs = wins + losses;
  let term = Math.exp(logBinomial(pairs, wins) - pairs * Math.LN2);
  let tail = term / 2;
  for (let i = wins + 1; i <= pairs; i++) {
    term *= (pairs - i + 1) / i;
    tail += term;
  }
  return tail;
}

function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}

/** Standard normal quantile of 0.8. */
const POWER_QUANTILE = 0.8416212335729143;

/**
 * Test samples that would show a lead of this size, if it is real, in four of five times. Source:
 * Connor, "Sample size for testing differences in proportions for the paired-sample design",
 * Biometrics 43, 1987.
 * @param differing share of samples that only one of the two gets right
 * @param lead share that the challenger is ahead; more than 0
 */
export function samplesNeeded(differing: number, lead: number, alpha: number): number {
  const root =
    -normalQuantile(alpha) * Math.sqrt(differing) +
    POWER_QUANTILE * Math.sqrt(Math.max(0, differing - lead ** 2));
  // However clear the lead: fewer wins than these, and none lost, may be chance.
  const leastWins = Math.ceil(-Math.log2(alpha)) - 1;
  return Math.ceil(Math.max((root / lead) ** 2, leastWins / differing));
}
