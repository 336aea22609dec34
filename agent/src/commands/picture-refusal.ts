import type { EpochMillis } from '@edgeloop/protocol';
import type { PrivacyConfig } from '../config/config.ts';
import { isOpen, type Schedule } from '../look/schedule/is-open.ts';

/**
 * Why nobody gets a picture now; null: somebody may.
 * @param schedules of the cameras that are asked for; null: one without
 */
export function pictureRefusal(
  { pictures }: PrivacyConfig,
  schedules: readonly (Schedule | null)[],
  now: EpochMillis,
): string | null {
  if (pictures === 'stay') return 'no picture leaves this device (privacy.pictures: stay)';
  const off = schedules.every((schedule) => schedule !== null && !isOpen(schedule, now));
  return off ? 'the camera is off now, by its schedule (look.schedule)' : null;
}
