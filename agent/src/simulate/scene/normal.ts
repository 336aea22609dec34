import type { Random } from '@edgeloop/protocol';

/**
 * From the standard normal distribution. Source: G. Box, M. Muller, "A Note on the Generation of
 * Random Normal Deviates", 1958.
 */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
