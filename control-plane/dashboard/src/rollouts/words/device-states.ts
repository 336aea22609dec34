import type { DeviceState } from '../../../../src/rollouts/states/device-states.ts';

/** Where in a wave's column a device is, from the top. */
export const LANES = ['waiting', 'updating', 'running', 'elsewhere'] as const;
export type Lane = (typeof LANES)[number];

export const LANE_WORDS: Readonly<Record<Lane, string>> = {
  waiting: 'Waiting',
  updating: 'Updating',
  running: 'Run it',
  elsewhere: 'Not on it',
};

interface StateWords {
  readonly lane: Lane;
  readonly word: string;
}

export const DEVICE_STATES: Readonly<Record<DeviceState, StateWords>> = {
  pending: { lane: 'waiting', word: 'waiting' },
  told: { lane: 'updating', word: 'told' },
  updating: { lane: 'updating', word: 'updating' },
  probation: { lane: 'updating', word: 'on probation' },
  done: { lane: 'running', word: 'running it' },
  late: { lane: 'elsewhere', word: 'late' },
  failed: { lane: 'elsewhere', word: 'failed' },
  skipped: { lane: 'elsewhere', word: 'skipped' },
  'rolling-back': { lane: 'elsewhere', word: 'going back' },
  'rolled-back': { lane: 'elsewhere', word: 'went back' },
  stranded: { lane: 'elsewhere', word: 'stranded' },
};

export const STATE_NAMES = Object.keys(DEVICE_STATES) as readonly DeviceState[];

/** "3 running it, 1 failed" in the order of the table; what is nowhere is left out. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  const said = STATE_NAMES.filter((state) => (counts[state] ?? 0) > 0).map(
    (state) => `${counts[state]} ${DEVICE_STATES[state].word}`,
  );
  return said.length > 0 ? said.join(', ') : 'no device';
}

export const totalOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
