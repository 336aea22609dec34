import { normalQuantile } from './normal-quantile.ts';

/**
 * The lower end of Wilson's score interval of a share, one-sided: the true share is below it with
 * the probability `alpha`. It stays sensible where all agree, and with few trials. Source: Wilson,
 * "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
 * @param trials may be a fraction: an effective size
 */
export function wilsonLower(share: number, trials: number, alpha: number): number {
  if (trials <= 0) return 0;
  const z = -normalQuantile(alpha);
  const centre = share + z ** 2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share) + z ** 2 / (4 * trials)) / trials);
  return Math.max(0, (centre - spread) / (1 + z ** 2 / trials));
}
