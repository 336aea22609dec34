import type { MixChange } from './mix-change.ts';

/**
 * Added to every share: half a percent. A class that some see once in a thousand frames and others
 * never must not weigh, since the logarithm of nothing has no end.
 */
const LEAST_SHARE = 0.005;

/**
 * The mix that is expected of devices that see what they saw before, if each class became as much
 * more or less frequent as it did on the others: q(c) ∝ before(c) · others' after(c) / others'
 * before(c). That is a difference in differences on the scale of the multinomial logit: what makes
 * one class twice as likely against another does so whatever the shares are. Source: Puhani, "The
 * treatment effect, the cross difference, and the interaction term in nonlinear
 * difference-in-differences models", Economics Letters 115(1), 2012.
 */
export function expectedMix(before: readonly number[], others: MixChange): number[] {
  const [own, from, to] = [smooth(before), smooth(others.before), smooth(others.after)];
  const odds = own.map((share, i) => (share * (to[i] as number)) / (from[i] as number));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return odds.map((value) => value / total);
}

export function smooth(shares: readonly number[]): number[] {
  return shares.map((share) => (share + LEAST_SHARE) / (1 + LEAST_SHARE * shares.length));
}
