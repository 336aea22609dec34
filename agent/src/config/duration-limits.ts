import { DURATION_PATTERN, type Millis, parseDuration } from '@edgeloop/protocol';
import type { ConfigMistake } from './explain-config.ts';

/** What is longer than 2^31-1 ms is due at once by Node's timers. */
export const LONGEST_TIMER: Millis = parseDuration('24d');

/**
 * From the least to the most that a key may say; `*` is any name. Zero would be a message, a
 * restart or a kill a millisecond; the longest fit a timer, also three times where they are waited
 * for, and MQTT's 16 bits of seconds.
 */
const LIMITS: readonly (readonly [path: string, least: string, most: string])[] = [
  ['broker.keepalive', '1s', '18h'],
  ['slots.*.deadline', '10ms', '1h'],
  ['cameras.*.noFrameTimeout', '100ms', '7d'],
  ['cameras.*.source.interval', '0s', '7d'],
  ['cameras.*.source.warmUp', '0s', '1min'],
  ['cameras.*.faults.frozen', '1s', '30d'],
  ['cameras.*.faults.black', '1s', '30d'],
  ['cameras.*.decide.smoothing', '0s', '1h'],
  ['cameras.*.decide.updateInterval', '0s', '1d'],
  ['cameras.*.decide.maxGap', '100ms', '1d'],
  ['outbox.age', '1min', '3650d'],
  ['health.interval', '100ms', '1d'],
  ['configuration.trial', '100ms', '7d'],
  ['updates.probation', '100ms', '7d'],
  ['pictures.every', '0s', '7d'],
  ['sampling.cooldown', '0s', '7d'],
];

/**
 * Durations that no timer could keep, or that would keep the device busy with nothing.
 * @param file as it was parsed
 */
export function durationMistakes(file: object): ConfigMistake[] {
  return LIMITS.flatMap(([pattern, least, most]) =>
    valuesAt(file, pattern.split('.')).flatMap(([path, text]) => {
      const value = parseDuration(text);
      if (value >= parseDuration(least) && value <= parseDuration(most)) return [];
      const expected = least === '0s' ? `at most ${most}` : `${least} to ${most}`;
      return [{ path, message: `${path}: expected ${expected}, received ${text}.` }];
    }),
  );
}

/** The durations at a path, each with the path that it has. */
function valuesAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  path = '',
): [string, string][] {
  if (key === undefined) return isDuration(value) ? [[path, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  const all = Object.entries(value);
  const held = key === '*' ? all : all.filter(([name]) => name === key);
  return held.flatMap(([name, inner]) =>
    valuesAt(inner, rest, path === '' ? name : `${path}.${name}`),
  );
}

const isDuration = (value: unknown): value is string =>
  typeof value === 'string' && new RegExp(DURATION_PATTERN).test(value);
