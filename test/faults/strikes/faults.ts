import type { Fault } from '../fault.ts';
import { CAMERA_FAULTS } from './cameras.ts';
import { CLOCK_FAULTS } from './clocks.ts';
import { DAMAGE_FAULTS } from './damage.ts';
import { DISK_FAULTS } from './disks.ts';
import { NETWORK_FAULTS } from './network.ts';
import { BROKER_FLAPS, PROCESS_FAULTS } from './processes.ts';

/** Everything that is broken on purpose. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  BROKER_FLAPS,
  ...CAMERA_FAULTS,
  ...NETWORK_FAULTS,
  ...DISK_FAULTS,
  ...CLOCK_FAULTS,
  ...DAMAGE_FAULTS,
];

const isOfTrainer = ({ name }: Fault): boolean => /^kill train/.test(name);

/** What strikes at random beside the others: any process at any time. */
export const KILLS: readonly Fault[] = PROCESS_FAULTS.filter(
  (fault) => fault.name.startsWith('kill') && !isOfTrainer(fault),
);

/**
 * Less often: a job that is killed again and again before it comes to anything has its attempts,
 * and no more.
 */
export const TRAINER_KILLS: readonly Fault[] = PROCESS_FAULTS.filter(isOfTrainer);
