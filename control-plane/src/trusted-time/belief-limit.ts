import { type Millis, millis } from '@edgeloop/protocol';
import type { RetentionBounds } from '../retention/retention-bounds.ts';

const WEEK = 7 * 86_400_000;
const SHARE = 10;

/**
 * How much of what the wall clock alone says is believed: a tenth of the shortest age that bounds
 * anything, a week at most.
 */
export function beliefLimit({ detectionAge, sampleAge, pictureAge }: RetentionBounds): Millis {
  const ages = [detectionAge, sampleAge, pictureAge].map((age) => (age ?? WEEK * SHARE) / SHARE);
  return millis(Math.round(Math.min(WEEK, ...ages)));
}
