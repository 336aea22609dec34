import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import { TOUCHED_STATES } from '../states/device-states.ts';
import { UNDECIDED_STATES } from '../states/rollout-states.ts';
import { hasChanged, isToldLater } from './is-told-later.ts';

/** A device that a roll-back would take back to something. */
interface RollbackDevice {
  readonly device: DeviceId;
  readonly rollout: RolloutId;
  /** The rollout has: only a person's order would take the device back. */
  readonly ended: boolean;
}

/**
 * Finds a device that a roll-back would take back to a value, as a model's digest. A rollout that
 * has ended can be rolled back all the same, and then tells those devices that no later one has
 * moved.
 * @returns null where there is none
 */
export async function findRollbackDevice(
  database: Database,
  value: string,
): Promise<RollbackDevice | null> {
  const back = await database
    .selectFrom('rollout_devices as ours')
    .innerJoin('rollouts as rollout', 'rollout.id', 'ours.rollout')
    .select(['ours.device', 'rollout.id', 'rollout.state'])
    .where('ours.before_value', '=', value)
    .where((is) =>
      is.or([
        is('rollout.state', 'in', UNDECIDED_STATES),
        is.and([
          is('rollout.state', 'in', ['completed', 'aborted']),
          is('ours.state', 'in', TOUCHED_STATES),
          is('ours.generation', 'is not', null),
          is.not(
            is.exists(
              is
                .selectFrom('rollout_devices as theirs')
                .innerJoin('rollouts as later', 'later.id', 'theirs.rollout')
                .select('theirs.device')
                .whereRef('theirs.device', '=', 'ours.device')
                .whereRef('later.lane', '=', 'rollout.lane')
                .whereRef('later.id', '<>', 'rollout.id')
                .where((is) => isToldLater(is))
                .where((is) => hasChanged(is)),
            ),
          ),
        ]),
      ]),
    )
    .orderBy('ours.device')
    .limit(1)
    .executeTakeFirst();
  if (!back) return null;
  const ended = back.state === 'completed' || back.state === 'aborted';
  return { device: back.device, rollout: back.id, ended };
}
