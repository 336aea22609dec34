import { type EpochMillis, epochMillis } from '@edgeloop/protocol';

export const TIME_OF_DAY = '^(?:[01]\\d|2[0-3]):[0-5]\\d$';
export const TIME_OF_DAY_WORDS = 'a time of day such as 03:30, in quotes';

/** When it is `HH:MM` next, by the clock of the device; where that is now, tomorrow. */
export function nextAt(time: string, now: EpochMillis): EpochMillis {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return epochMillis(at.getTime());
}
