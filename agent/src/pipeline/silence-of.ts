import { type Millis, millis } from '@edgeloop/protocol';
import type { CameraConfig } from '../config/config.ts';
import { LONGEST_TIMER } from '../config/duration-limits.ts';

/**
 * How long no frame is decided on until nothing is known any more of what stands before a camera.
 * Where each frame stands for itself: so long that a source which works had one, the model the time
 * for it and for the one before, and a motion gate was open.
 * @param deadline of an inference
 */
export function silenceOf(
  {
    decide,
    noFrameTimeout,
    look: { motion },
  }: Pick<CameraConfig, 'decide' | 'noFrameTimeout'> & {
    readonly look: Pick<CameraConfig['look'], 'motion'>;
  },
  deadline: Millis,
): Millis {
  if (decide.mode === 'occurrence') return decide.maxGap;
  const silence = Math.max(noFrameTimeout, 2 * deadline) + (motion?.atLeastEvery ?? 0);
  return millis(Math.min(silence, LONGEST_TIMER));
}
