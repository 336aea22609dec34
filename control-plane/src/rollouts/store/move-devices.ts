import type { DeviceId, Reason } from '@edgeloop/protocol';
import { inBatches } from '../../database/in-batches.ts';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import { type DeviceEvent, type DeviceState, nextDeviceState } from '../states/device-states.ts';
import { nextMove } from './next-move.ts';
import type { RolloutDeviceRow } from './rollout-tables.ts';

/** When a device was told something: nothing is said of it, or both. */
type Told =
  | { readonly told_at?: never; readonly told_number?: never }
  | {
      readonly told_at: number | null;
      /** `this move`: by the move itself. */
      readonly told_number: number | null | 'this move';
    };

/** What happens to one device of a rollout. */
export interface DeviceMove {
  readonly device: DeviceId;
  /** Where it was read; of several, it may have got on from one to another since. */
  readonly from: DeviceState | readonly DeviceState[];
  readonly event: DeviceEvent;
  readonly outcome?: DeviceOutcome | null;
  readonly reason?: Reason | null;
  readonly told?: Partial<Pick<RolloutDeviceRow, 'generation' | 'before_value' | 'attempts'>> &
    Told;
}

/**
 * Takes devices where their events lead, those that are still where they were read. What the table
 * does not know does not happen.
 * @returns those that were moved: who has moved on by itself was not
 */
export async function moveDevices(
  database: Database,
  rollout: RolloutId,
  moves: readonly DeviceMove[],
  now: number,
): Promise<ReadonlySet<DeviceId>> {
  // Of a fleet most do the same: few statements.
  const alike = new Map<string, { readonly move: DeviceMove; readonly devices: DeviceId[] }>();
  for (const move of moves) {
    const { device, ...rest } = move;
    const key = JSON.stringify(rest);
    const group = alike.get(key) ?? { move, devices: [] };
    alike.set(key, group);
    group.devices.push(device);
  }
  const moved = new Set<DeviceId>();
  for (const { move, devices } of alike.values()) {
    for (const from of [move.from].flat()) {
      for (const batch of inBatches(devices)) {
        const some = await moveAlike(database, rollout, { ...move, from }, batch, now);
        for (const { device } of some) moved.add(device);
      }
    }
  }
  return moved;
}

async function moveAlike(
  database: Database,
  rollout: RolloutId,
  { from, event, outcome = null, reason = null, told }: DeviceMove & { readonly from: DeviceState },
  devices: readonly DeviceId[],
  now: number,
): Promise<{ device: DeviceId }[]> {
  const state = nextDeviceState(from, event);
  // The same again is no news: `since` stays.
  if (state === null || state === from) return [];
  const number = told?.told_number === 'this move' ? nextMove() : told?.told_number;
  return database
    .updateTable('rollout_devices')
    .set({
      state,
      since: now,
      outcome,
      reason: reason === null ? null : JSON.stringify(reason),
      ...told,
      move_number: nextMove(),
      told_number: number,
    })
    .where('rollout', '=', rollout)
    .where('device', 'in', devices)
    .where('state', '=', from)
    .returning('device')
    .execute();
}
