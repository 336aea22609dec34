import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutId } from '../../rollout-id.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';

/** Why a device that a person has told something else is left as it is. */
export const SET_BY_HAND = {
  code: 'TAKEN',
  message: 'A person has told it something else since.',
};

/**
 * Those of the devices that a person has told something else since: that stays when their turn
 * comes or they are taken back, such as masks that were drawn over what the camera sees.
 * @param since after this rollout told them anything; null: after any did; the `last_said` of one:
 * after it was planned, and after any told them anything
 * @param within the transaction that asks, if one does
 */
export async function findSetByHand(
  lane: Pick<Lane, 'setByHand'>,
  since: RolloutId | number | null,
  devices: readonly Pick<RolloutDeviceRow, 'device'>[],
  within?: Database,
): Promise<ReadonlySet<DeviceId>> {
  const found = new Set<DeviceId>();
  for (const batch of inBatches(devices)) {
    const names = batch.map(({ device }) => device);
    for (const device of await lane.setByHand(names, since, within)) found.add(device);
  }
  return found;
}
