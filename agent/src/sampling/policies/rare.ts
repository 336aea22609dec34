import type { Policy } from './policy.ts';

/** Of a class that its camera seldom sees, once it has seen enough to say so. */
export const rare: Policy = {
  reason: 'rare',
  holds: ({ classShare, classFrames }, { rare }) =>
    rare !== null && classFrames >= rare.minFrames && classShare < rare.share,
};
