import type { CameraLook } from '@edgeloop/protocol';
import type { LookConfig } from '../config/look-config.ts';
import { localTimeZone } from './schedule/is-open.ts';

/** What a device says of what a camera looks at. */
export function reportLook({ region, masks, ownMasks, motion, schedule }: LookConfig): CameraLook {
  return {
    ...(region && { region }),
    ...{ masks: [...masks], ownMasks },
    ...(motion && { motion: { masks: [...motion.masks] } }),
    ...(schedule && {
      schedule: {
        timeZone: schedule.timeZone ?? localTimeZone(),
        times: [...schedule.times],
      },
    }),
  };
}
