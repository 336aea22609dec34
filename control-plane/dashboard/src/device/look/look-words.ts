import { DAYS, type Day } from '@edgeloop/protocol/schedule-rules';
import type { DeviceView } from '../../../../src/resources/device.ts';
import { percent, plural } from '../../ui/format.ts';
import type { AreaKind, Look } from './drawing.ts';

type CameraHealth = NonNullable<DeviceView['health']>['cameras'][string];

export const KIND_WORDS: Readonly<Record<AreaKind, string>> = {
  region: 'Looked at',
  mask: 'Hidden',
  motion: 'Motion ignored',
};

export const DAY_WORDS: Readonly<Record<Day, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

/** What a camera looks at, part by part. @param health of the camera, as far as it is known */
export function lookWords(look: Look, health: CameraHealth | undefined): string[] {
  const { region, masks, motion, schedule } = look;
  const words = [region ? 'a part of the picture' : 'the whole picture'];
  if (masks.length > 0) words.push(`${plural(masks.length, 'area')} hidden`);
  if (motion) words.push(`only when something moves${stillWords(health)}`);
  if (motion && motion.masks.length > 0) {
    words.push(`motion ignored in ${plural(motion.masks.length, 'area')}`);
  }
  if (schedule) words.push(scheduleWords(schedule));
  if (health?.resting) words.push('off now');
  return words;
}

/** By when: `Mon–Fri 06:00–22:00 (Europe/Vienna)`. */
export function scheduleWords({ times, timeZone }: NonNullable<Look['schedule']>): string {
  const words = times.map(({ days, from, to }) => `${daysWords(days)} ${from}–${to}`);
  return `${words.join(', ')} (${timeZone})`;
}

/** Days in a row as from and to. */
function daysWords(days: readonly Day[]): string {
  const on = DAYS.map((day) => days.includes(day));
  if (on.every(Boolean)) return 'daily';
  const words: string[] = [];
  for (let first = 0; first < DAYS.length; first++) {
    if (!on[first]) continue;
    let last = first;
    while (on[last + 1]) last += 1;
    const [begin, end] = [first, last].map((at) => DAY_WORDS[DAYS[at] as Day]);
    words.push(
      first === last ? `${begin}` : last === first + 1 ? `${begin}, ${end}` : `${begin}–${end}`,
    );
    first = last;
  }
  return words.join(', ');
}

function stillWords(health: CameraHealth | undefined): string {
  const { still = 0, classified = 0 } = health ?? {};
  return still > 0 ? ` (${percent(still / (still + classified), 0)} of its frames were still)` : '';
}
