import type { Policy } from './policy.ts';

/** Someone asked for it. */
export const requested: Policy = {
  reason: 'requested',
  holds: (facts) => facts.requested,
};
