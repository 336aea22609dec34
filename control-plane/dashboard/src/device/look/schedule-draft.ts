import { describeExpected } from '@edgeloop/protocol/describe-expected';
import {
  CLOCK_TIME,
  CLOCK_TIME_WORDS,
  DAYS,
  type Day,
  type ScheduleTime,
  timeMistake,
  timeZoneMistake,
} from '@edgeloop/protocol/schedule-rules';
import type { Look } from './drawing.ts';

/** When a camera is on, as it stands in its fields. */
export interface ScheduleDraft {
  /** Else it always is. */
  readonly on: boolean;
  /** IANA; empty: that of the device. */
  readonly timeZone: string;
  /** One at least. */
  readonly times: readonly ScheduleTime[];
}

export interface TimeMistakes {
  readonly days: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

interface ScheduleMistakes {
  readonly timeZone: string | null;
  readonly times: readonly TimeMistakes[];
}

/** What somebody begins with who adds a time. */
export const PROPOSED_TIME: ScheduleTime = { days: [...DAYS], from: '06:00', to: '22:00' };

/** What the device does now. */
export const scheduleDraftOf = ({ schedule }: Look): ScheduleDraft => ({
  on: schedule !== undefined,
  timeZone: schedule?.timeZone ?? '',
  times: schedule?.times ?? [PROPOSED_TIME],
});

/** The time with one of its days more, or less; days in their order. */
export const withDay = (time: ScheduleTime, day: Day, on: boolean): ScheduleTime => ({
  ...time,
  days: DAYS.filter((each) => (each === day ? on : time.days.includes(each))),
});

/** What is wrong, in the words of the device's own check of agent.yaml. */
export function scheduleMistakes({ timeZone, times }: ScheduleDraft): ScheduleMistakes {
  const zone = timeZone.trim() === '' ? null : timeZoneMistake(timeZone.trim());
  return { timeZone: zone && `Expected ${zone}`, times: times.map(mistakesOf) };
}

export const hasScheduleMistake = (draft: ScheduleDraft): boolean => {
  const { timeZone, times } = scheduleMistakes(draft);
  return draft.on && (timeZone !== null || times.some(({ days, from, to }) => days ?? from ?? to));
};

/** Whether it would be on at other times than now. */
export function isScheduleChanged(draft: ScheduleDraft, before: Look): boolean {
  const first = scheduleDraftOf(before);
  return (draft.on || first.on) && JSON.stringify(draft) !== JSON.stringify(first);
}

/**
 * `schedule` of a configuration.
 * @param held what it sets there so far
 */
export function scheduleSettings(
  { on, timeZone, times }: ScheduleDraft,
  before: Look,
  held: Readonly<Record<string, unknown>>,
): unknown {
  if (!on) return 'always';
  const zone = timeZone.trim();
  // As it was, it stays whose it is: the device's, of agent.yaml, or set before.
  const named = zone === (before.schedule?.timeZone ?? '') ? {} : { timeZone: zone || null };
  return { ...held, ...named, times };
}

function mistakesOf(time: ScheduleTime): TimeMistakes {
  const [from, to] = [clockMistake(time.from), clockMistake(time.to)];
  const whole = (from ?? to) ? null : timeMistake(time);
  return {
    days: time.days.length > 0 ? null : `Expected ${NO_DAYS}, received [].`,
    from: from ?? (whole?.of === 'from' ? `Expected ${whole.mistake}` : null),
    to: to ?? (whole?.of === null ? `Expected ${whole.mistake}` : null),
  };
}

const NO_DAYS = describeExpected({ type: 'array', minItems: 1 });

const clockMistake = (text: string): string | null =>
  new RegExp(CLOCK_TIME).test(text)
    ? null
    : `Expected ${CLOCK_TIME_WORDS}, received ${text === '' ? 'nothing' : JSON.stringify(text)}.`;
