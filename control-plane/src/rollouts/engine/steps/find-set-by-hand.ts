import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutId } from '../../rollout-id.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';

/**
 * Of devices that a rollout told something, those that a person has told something else since: that
 * stays when they are taken back, such as masks that were drawn over what the camera sees.
 */
export async function findSetByHand(
  lane: Pick<Lane, 'setByHand'>,
  rollout: RolloutId,
  told: readonly Pick<RolloutDeviceRow, 'device'>[],
): Promise<ReadonlySet<DeviceId>> {
  const found = new Set<DeviceId>();
  for (const batch of inBatches(told)) {
    const names = batch.map(({ device }) => device);
    for (const device of await lane.setByHand(names, rollout)) found.add(device);
  }
  return found;
}
