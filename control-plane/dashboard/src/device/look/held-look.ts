import { MOTION_DEFAULTS } from '@edgeloop/protocol/motion-rules';
import { DURATION_PATTERN, parseDuration } from '@edgeloop/protocol/quantity';
import { DAYS, type ScheduleTime } from '@edgeloop/protocol/schedule-rules';
import { type Look, rectangle } from './drawing.ts';
import { objectIn, type Settings } from './look-settings.ts';

type Polygon = Look['masks'][number];
type Motion = NonNullable<Look['motion']>;
type Schedule = NonNullable<Look['schedule']>;

/**
 * How a camera looks once its device has done what was set. Who draws over that loses nothing of
 * it, also where the device has not heard of it yet. What the settings leave to agent.yaml is taken
 * to be as now; of its masks it is known.
 * @param settings a JSON merge patch over agent.yaml
 * @param now as the device says
 * @throws Error where the settings are none that a device takes
 */
export function heldLook(settings: Settings, camera: string, now: Look): Look {
  const look = objectIn(objectIn(objectIn(settings, 'cameras'), camera), 'look');
  const part = <Value>(key: string, read: (value: unknown) => Value, otherwise: Value): Value => {
    if (!(key in look)) return otherwise;
    try {
      return read(look[key]);
    } catch (cause) {
      const received = JSON.stringify(look[key]);
      const message = `cameras.${camera}.look.${key}: expected what a device takes, received ${received}. Set another configuration first.`;
      throw new Error(message, { cause });
    }
  };
  const own = now.masks.slice(0, now.ownMasks);
  const isOwn = (mask: Polygon) => own.some((one) => JSON.stringify(one) === JSON.stringify(mask));
  const masks = part('masks', readAreas, []).filter((mask) => !isOwn(mask));
  const region = part(
    'region',
    (value) => (value === null ? undefined : readArea(value)),
    now.region,
  );
  const motion = part('motion', (value) => readMotion(value, now.motion), now.motion);
  const schedule = part('schedule', (value) => readSchedule(value, now.schedule), now.schedule);
  return {
    masks: [...own, ...masks],
    ownMasks: now.ownMasks,
    ...(region && { region }),
    ...(motion && { motion }),
    ...(schedule && { schedule }),
    ...(now.maxGapMillis !== undefined && { maxGapMillis: now.maxGapMillis }),
  };
}

const { threshold, area, hold, atLeastEvery } = MOTION_DEFAULTS;
const DEFAULTS: Motion = {
  masks: [],
  threshold,
  area: area / 100,
  holdMillis: hold,
  atLeastEveryMillis: atLeastEvery,
};

/** Each key as a merge patch means it: absent, as before; null, the default. */
function readMotion(value: unknown, before: Motion = DEFAULTS): Motion | undefined {
  if (value === null || value === 'off') return undefined;
  const given = readObject(value);
  const put = <Key extends keyof Motion>(
    from: string,
    to: Key,
    read: (value: unknown) => Motion[Key],
  ) => from in given && { [to]: given[from] === null ? DEFAULTS[to] : read(given[from]) };
  return {
    ...before,
    ...put('masks', 'masks', readAreas),
    ...put('threshold', 'threshold', readNumber),
    ...put('area', 'area', (perCent) => readNumber(perCent) / 100),
    ...put('hold', 'holdMillis', readDuration),
    ...put('atLeastEvery', 'atLeastEveryMillis', readDuration),
  };
}

/** Without a time zone it is that of the device: `''`. */
function readSchedule(value: unknown, before?: Schedule): Schedule | undefined {
  if (value === null || value === 'always') return undefined;
  const { times, timeZone } = readObject(value);
  return {
    timeZone: timeZone === undefined ? (before?.timeZone ?? '') : String(timeZone ?? ''),
    times: times === undefined && before ? before.times : readArray(times).map(readTime),
  };
}

function readTime(value: unknown): ScheduleTime {
  const { days, from, to } = readObject(value);
  if (typeof from !== 'string' || typeof to !== 'string') throw new TypeError('no time');
  return { days: DAYS.filter((day) => !days || readArray(days).includes(day)), from, to };
}

const readAreas = (value: unknown): Polygon[] =>
  value === null ? [] : readArray(value).map(readArea);

/** Corners, or a rectangle. */
function readArea(value: unknown): Polygon {
  if (Array.isArray(value)) {
    if (value.length < 3) throw new TypeError('no area');
    return value.map((corner) => {
      const [x, y] = readArray(corner);
      return [readNumber(x), readNumber(y)];
    });
  }
  const { x, y, width, height } = readObject(value);
  const [left, top] = [readNumber(x), readNumber(y)];
  const corner = [Math.min(1, left + readNumber(width)), Math.min(1, top + readNumber(height))];
  return rectangle([left, top], corner as [number, number]).map(([x, y]) => [x, y]);
}

function readDuration(value: unknown): number {
  if (typeof value !== 'string' || !new RegExp(DURATION_PATTERN).test(value)) {
    throw new TypeError('no duration');
  }
  return parseDuration(value);
}

function readNumber(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('no number');
  return value;
}

function readArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value;
}

function readObject(value: unknown): Settings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('no object');
  }
  return value as Settings;
}
