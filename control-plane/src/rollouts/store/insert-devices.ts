import { inBatches } from '../../database/in-batches.ts';
import type { Database } from '../../database/open-stores.ts';
import { nextMove } from './next-move.ts';
import type { RolloutDeviceRow } from './rollout-tables.ts';

/** A device that joins a rollout. */
export type NewDevice = Omit<RolloutDeviceRow, 'move_number'>;

/** Within a transaction. To join is a device's first move in the rollout. */
export async function insertDevices(trx: Database, devices: readonly NewDevice[]): Promise<void> {
  for (const batch of inBatches(devices)) {
    const rows = batch.map((row) => ({ ...row, move_number: nextMove(row.device) }));
    await trx.insertInto('rollout_devices').values(rows).execute();
  }
}
