import type { RolloutDevicePage } from '../../../../src/resources/rollout.ts';

type Device = RolloutDevicePage['devices'][number];

const OUTCOMES: Readonly<Record<NonNullable<Device['outcome']>, string>> = {
  already: 'It ran it before.',
  committed: '',
  failed: 'The update failed.',
  refused: 'It refused the update.',
  reverted: 'It went back by itself.',
  silent: 'It was told, and never said a word.',
  hung: 'It began, and did not end in time.',
  offline: 'It was offline.',
  taken: 'Another rollout has it.',
  left: 'It left the target or the fleet, or the rollout ended before its turn.',
};

/** Why a device is where it is: in its own words where it gave any. */
export function deviceInWords({ outcome, reason, attempts }: Device): string {
  const why = reason?.message ?? (outcome === null ? '' : OUTCOMES[outcome]);
  return attempts > 1 ? `${why} Told ${attempts} times.`.trim() : why;
}
