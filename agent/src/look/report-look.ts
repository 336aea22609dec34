import type { CameraLook } from '@edgeloop/protocol';
import type { CameraConfig } from '../config/config.ts';
import type { MotionConfig } from '../config/look-config.ts';
import { maxGapOf } from '../config/max-gap-of.ts';
import { localTimeZone } from './schedule/is-open.ts';

/**
 * What a device says of what a camera looks at, with all that somebody must see who would change
 * it.
 */
export function reportLook({ look, decide }: Pick<CameraConfig, 'look' | 'decide'>): CameraLook {
  const { region, masks, ownMasks, motion, schedule } = look;
  const maxGapMillis = maxGapOf(decide);
  return {
    ...(region && { region }),
    masks: [...masks],
    ownMasks,
    ...(motion && { motion: reportMotion(motion) }),
    ...(schedule && {
      schedule: {
        timeZone: schedule.timeZone ?? localTimeZone(),
        times: [...schedule.times],
      },
    }),
    ...(maxGapMillis !== null && { maxGapMillis }),
  };
}

const reportMotion = ({ masks, threshold, area, hold, atLeastEvery }: MotionConfig) => ({
  masks: [...masks],
  threshold,
  area,
  holdMillis: hold,
  atLeastEveryMillis: atLeastEvery,
});
