import type { Policy } from './policy.ts';

/**
 * Two classes are nearly as likely (margin sampling), or many are (entropy sampling).
 * Source: B. Settles, "Active Learning Literature Survey", 2009, section 3.1.
 */
export const uncertain: Policy = {
  reason: 'uncertain',
  holds: ({ margin, entropy }, { uncertain }) =>
    uncertain !== null && (margin < uncertain.margin || entropy > uncertain.entropy),
};
