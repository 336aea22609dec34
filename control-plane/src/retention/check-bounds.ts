import { ControlPlaneError } from '../errors.ts';
import type { RetentionSettings } from '../resources/retention.ts';
import { BOUND_KINDS, BOUND_NAMES } from './retention-bounds.ts';

const DAY = 86_400_000;
const MIB = 2 ** 20;

/**
 * What a bound may be, and how it is said. What is less is a slip of the unit, and within a minute
 * it would empty everything.
 */
const LIMITS = {
  age: {
    least: DAY,
    leastText: '1 d',
    most: 36_500 * DAY,
    mostText: '36500 d',
    unit: 'ms',
    why: 'What comes in overnight must be there when somebody looks in the morning.',
  },
  bytes: {
    least: 64 * MIB,
    leastText: '64 MiB',
    most: 2 ** 50,
    mostText: '1 PiB',
    unit: 'bytes',
    why: 'In less there is no room for what a day brings.',
  },
} as const;

/**
 * @throws ControlPlaneError `REQUEST_INVALID` for a bound that is too small or too large to be
 * meant
 */
export function checkBounds(settings: RetentionSettings): void {
  for (const name of BOUND_NAMES) {
    const value = settings[name] ?? null;
    const { least, leastText, most, mostText, unit, why } = LIMITS[BOUND_KINDS[name]];
    if (value === null || (value >= least && value <= most)) continue;
    const message = `Expected from ${least} ${unit} (${leastText}) to ${most} (${mostText}) for ${name}, received ${value}. ${why} null: no bound.`;
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
}
