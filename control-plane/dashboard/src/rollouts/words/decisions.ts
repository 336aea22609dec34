import type { RolloutSummary } from '../../../../src/resources/rollout.ts';
import { withUnit } from '../../ui/format.ts';
import { GATES } from './gates.ts';

const EVENTS: Readonly<Record<string, string>> = {
  create: 'Planned',
  approve: 'Approved',
  shadow: 'Began, looking on',
  begin: 'Began',
  tell: 'Told devices',
  join: 'Devices joined',
  expire: 'Devices are late',
  bake: 'Baking',
  advance: 'Went on',
  complete: 'Completed',
  pause: 'Paused',
  resume: 'Resumed',
  retry: 'Tried again',
  abort: 'Aborted',
  'roll-back': 'Rolled back',
  'take-back': 'Sent devices back',
  'end-back': 'Back',
  yield: 'Gave up devices',
  hold: 'Waits',
};

/** What was decided, in a word or two. */
export const eventInWords = (event: string): string => EVENTS[event] ?? event;

/** Who decided: "its gate on latency", "anna", "another rollout"; null: it followed by itself. */
export function byInWords(by: string): string | null {
  const [kind = '', ...rest] = by.split(':');
  const name = rest.join(':');
  if (kind === 'engine') return null;
  if (kind === 'gate') {
    const gate = GATES[name as keyof typeof GATES]?.name ?? name;
    return `its gate on ${gate.charAt(0).toLowerCase()}${gate.slice(1)}`;
  }
  if (kind === 'rollout') return 'another rollout';
  return name === '' ? by : name;
}

/**
 * How it came to be where it is, in a sentence: "Rolled back by its gate on latency: 95 of 100
 * frames took …".
 */
export function courseInWords({ event, by, reason }: RolloutSummary['decided']): string {
  const who = byInWords(by);
  const what = `${eventInWords(event)}${who === null ? '' : ` by ${who}`}`;
  if (event === 'hold') {
    return `Waits, and starts by itself when nothing keeps it any more: ${reason}`;
  }
  // Where nobody gave a reason it only repeats who it was.
  const told = reason === '' || reason === `Ordered by ${by}.` || reason === 'Planned.';
  return told ? `${what}.` : `${what}: ${reason}`;
}

/** What it brings, short. */
export function cargoInWords({ lane, cargo }: Pick<RolloutSummary, 'lane' | 'cargo'>): string {
  return lane === 'configuration' ? `configuration ${cargo}` : cargo.slice(0, 12);
}

/** "1 min", "90 s", "1.5 h": a time that somebody chose, exactly. */
export function spanInWords(millis: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const;
  const fit = units.find(([, size]) => millis >= size && (millis * 10) % size === 0);
  return fit ? withUnit(millis / fit[1], fit[0]) : withUnit(millis, 'ms');
}
