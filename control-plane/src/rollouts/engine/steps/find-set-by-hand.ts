import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutId } from '../../rollout-id.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';

/**
 * Those of the devices that a person has told something else since: that stays when they are taken
 * back, such as masks that were drawn over what the camera sees.
 * @param since after this rollout told them anything; null: after any did
 * @param within the transaction that asks, if one does
 */
export async function findSetByHand(
  lane: Pick<Lane, 'setByHand'>,
  since: RolloutId | null,
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
