import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DeviceState } from '../states/device-states.ts';

/** How many devices of a wave are in a state, and how many of those were told something. */
export interface DeviceReach {
  readonly wave: number;
  readonly state: DeviceState;
  readonly devices: number;
  readonly touched: number;
}

/** How far a rollout has come with its devices: who was told something may have to go back. */
export async function deviceReach(database: Database, rollout: RolloutId): Promise<DeviceReach[]> {
  const rows = await database
    .selectFrom('rollout_devices')
    .select(({ fn }) => [
      ...(['wave', 'state'] as const),
      fn.countAll<number>().as('devices'),
      // Of those that were told nothing it is null.
      fn.count<number>('generation').as('touched'),
    ])
    .where('rollout', '=', rollout)
    .groupBy(['wave', 'state'])
    .execute();
  return rows.map((row) => ({
    ...row,
    devices: Number(row.devices),
    touched: Number(row.touched),
  }));
}
