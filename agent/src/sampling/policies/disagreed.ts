import type { Policy } from './policy.ts';

/** A candidate that looks on says something else: one of the two is wrong. */
export const disagreed: Policy = {
  reason: 'disagreed',
  holds: (facts) => facts.disagreed,
};
