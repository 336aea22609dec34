import type { DeviceId, Reported } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutId } from '../../rollout-id.ts';
import { findSetByHand } from './find-set-by-hand.ts';

/**
 * Devices that are told something go back to what a person has told them, where no rollout has told
 * them anything since: also where they have not heard it yet, or where an earlier rollout had them
 * and would go back to something else. In the transaction that tells them, before it does.
 */
export async function keepSetByHand(
  trx: Database,
  lane: Pick<Lane, 'setByHand' | 'assigned' | 'backTo'>,
  rollout: RolloutId,
  told: readonly { readonly device: DeviceId; readonly reported: Reported }[],
): Promise<void> {
  const byHand = await findSetByHand(lane, null, told, trx);
  const byValue = new Map<string | null, DeviceId[]>();
  for (const batch of inBatches(told.filter(({ device }) => byHand.has(device)))) {
    const names = batch.map(({ device }) => device);
    const assigned = await lane.assigned(names, trx);
    for (const { device, reported } of batch) {
      const value = lane.backTo(assigned.get(device) ?? null, reported);
      byValue.set(value, [...(byValue.get(value) ?? []), device]);
    }
  }
  for (const [before_value, devices] of byValue) {
    for (const batch of inBatches(devices)) {
      await trx
        .updateTable('rollout_devices')
        .set({ before_value })
        .where('rollout', '=', rollout)
        .where('device', 'in', batch)
        .execute();
    }
  }
}
