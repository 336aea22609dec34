import { createHash } from 'node:crypto';
import type { Policy } from './policy.ts';

/**
 * Draws one frame in N by a hash of its name: nothing that is on the frame can have a say, so what
 * is drawn is a fair picture of what the camera sees.
 */
export const random: Policy = {
  reason: 'random',
  holds: ({ frameId }, { random }) => random !== null && hashOf(frameId) < 1 / random.oneIn,
};

/** Uniform in [0, 1). */
function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
