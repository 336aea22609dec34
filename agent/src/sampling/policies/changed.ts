import type { Policy } from './policy.ts';

/**
 * Unlike everything that the camera saw lately: another part, another light, a camera that was
 * moved.
 */
export const changed: Policy = {
  reason: 'changed',
  holds: ({ distance }, { changed }) =>
    changed !== null && distance !== null && distance > changed.distance,
};
