import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { hasChanged, isToldLater } from './is-told-later.ts';
import type { RolloutRow } from './rollout-tables.ts';

/**
 * Of a rollout's devices, those that another of the lane has told something since, and not left as
 * they were.
 */
export async function findMovedOn(
  database: Database,
  { id, lane }: Pick<RolloutRow, 'id' | 'lane'>,
  devices: readonly DeviceId[],
): Promise<ReadonlySet<DeviceId>> {
  const rows = await database
    .selectFrom('rollout_devices as ours')
    .innerJoin('rollout_devices as theirs', 'theirs.device', 'ours.device')
    .innerJoin('rollouts as other', 'other.id', 'theirs.rollout')
    .select('ours.device')
    .distinct()
    .where('ours.rollout', '=', id)
    .where('ours.device', 'in', devices)
    .where('other.lane', '=', lane)
    .where('other.id', '<>', id)
    .where((is) => isToldLater(is))
    .where((is) => hasChanged(is))
    .execute();
  return new Set(rows.map(({ device }) => device));
}
