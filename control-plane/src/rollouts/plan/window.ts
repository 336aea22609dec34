import type { EpochMillis } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';

const ClockTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: '22:30' });

/**
 * When devices may be begun, each day, by the clock on a wall there. Over midnight where `to` is
 * not after `from`.
 */
export const DailyWindow = Type.Object(
  {
    from: ClockTime,
    to: ClockTime,
    timezone: Type.String({ description: 'IANA: Europe/Berlin' }),
  },
  { additionalProperties: false },
);
export type DailyWindow = Static<typeof DailyWindow>;

/**
 * @throws ControlPlaneError `REQUEST_INVALID` for a time zone that is none, or a window of no
 * length
 */
export function checkWindow({ from, to, timezone }: DailyWindow): void {
  if (from === to) {
    const message = `Expected a window with a length, received ${from} to ${to}. Leave it out to begin devices at any time.`;
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
  try {
    clock(timezone);
  } catch (cause) {
    const message = `Expected an IANA time zone such as Europe/Berlin, received ${JSON.stringify(timezone)}.`;
    throw new ControlPlaneError('REQUEST_INVALID', message, { cause });
  }
}

export function isOpen({ from, to, timezone }: DailyWindow, now: EpochMillis): boolean {
  const [begin, end, at] = [minuteOf(from), minuteOf(to), minuteOf(clock(timezone).format(now))];
  return begin < end ? begin <= at && at < end : begin <= at || at < end;
}

const clock = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
