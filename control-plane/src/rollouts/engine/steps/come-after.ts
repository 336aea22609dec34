import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import type { RolloutId } from '../../rollout-id.ts';
import { type DeviceState, UNSETTLED_STATES } from '../../states/device-states.ts';
import { changeRollout } from '../../store/change-rollout.ts';
import { findRolloutHead } from '../../store/find-rollout.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { Taken } from './conflicts.ts';

/** What a device ran before it was told something, and what that was. */
export type Held = Pick<
  RolloutDeviceRow,
  'before_value' | 'generation' | 'told_at' | 'told_number'
>;

/** Of a device that nobody has told anything. */
export const UNTOLD: Held = {
  before_value: null,
  generation: null,
  told_at: null,
  told_number: null,
};

/**
 * What devices ran before a rollout that another takes them from: the other goes back to that, and
 * not to what nobody has found well, or what is just being taken back. With `generation` it does so
 * also where it has told them nothing itself, for nobody else will. Of a device that was told
 * nothing: no entry.
 */
type Before = ReadonlyMap<DeviceId, Held>;

/**
 * What one told a device is from now on what its next one told it: it has moved the device on for
 * as long as that one has.
 */
const HANDED_ON = { told_at: null, told_number: null };

/** Those that had them leave them alone from now on. */
export async function takeAway(
  trx: Database,
  { id, name }: RolloutRow,
  taken: readonly Taken[],
  now: number,
): Promise<Before> {
  const before = new Map<DeviceId, Held>();
  for (const { rollout, devices } of taken) {
    const other = await findRolloutHead(trx, rollout);
    const message = `Rollout ${id} (${name}) of a higher priority took it.`;
    const reason = { code: 'TAKEN', message };
    const moves = devices.map(
      ({ device, state }): DeviceMove => ({
        device,
        from: state,
        event: 'skip',
        outcome: 'taken',
        reason,
        told: HANDED_ON,
      }),
    );
    const names = devices.slice(0, 100).map(({ device }) => device);
    const decision = {
      ...({ event: 'yield', by: `rollout:${id}` } as const),
      reason: `Rollout ${id} (${name}) of a higher priority took ${counted(devices.length, 'device')}.`,
      figures: { devices: devices.length, names },
    };
    await changeRollout(trx, other, decision, {}, now);
    await moveDevices(trx, rollout, moves, now);
    addHeld(before, devices, heldWhenTaken);
  }
  return before;
}

/** What rollouts that have ended still waited for is not waited for any more. */
export async function leaveBehind(
  trx: Database,
  { id, lane, name }: RolloutRow,
  devices: readonly DeviceId[],
  now: number,
): Promise<Before> {
  const before = new Map<DeviceId, Held>();
  const message = `Rollout ${id} (${name}) came after.`;
  const moves = new Map<RolloutId, DeviceMove[]>();
  for (const batch of inBatches(devices)) {
    const rows = await waitedFor(trx, { id, lane }, batch);
    addHeld(before, rows, heldWhenLeft);
    for (const { rollout, device, state } of rows) {
      const ofRollout = moves.get(rollout) ?? [];
      moves.set(rollout, ofRollout);
      const reason = { code: 'TAKEN', message };
      // What a completed one told holds until the device is told something else: see `handOn`.
      const told = isGoingBack(state) ? HANDED_ON : {};
      ofRollout.push({ device, from: state, event: 'skip', outcome: 'taken', reason, told });
    }
  }
  for (const [rollout, some] of moves) await moveDevices(trx, rollout, some, now);
  return before;
}

/**
 * Devices are told something now: what rollouts that left them alone told them is handed on, and
 * one before all of these takes them back once this one has.
 */
export async function handOn(
  trx: Database,
  { id, lane }: Pick<RolloutRow, 'id' | 'lane'>,
  devices: readonly DeviceId[],
): Promise<void> {
  for (const batch of inBatches(devices)) {
    await trx
      .updateTable('rollout_devices')
      .set(HANDED_ON)
      .where('device', 'in', batch)
      .where('state', '=', 'skipped')
      .where('outcome', '=', 'taken')
      .where('told_at', 'is not', null)
      .where('rollout', '<>', id)
      .where('rollout', 'in', (from) =>
        from.selectFrom('rollouts').select('id').where('lane', '=', lane),
      )
      .execute();
  }
}

/**
 * What `takeAway` and `leaveBehind` would return, were a rollout to start now; nothing is changed.
 */
export async function foreseeHeld(
  database: Database,
  row: Pick<RolloutRow, 'id' | 'lane'>,
  taken: readonly Taken[],
  devices: readonly DeviceId[],
): Promise<Before> {
  const before = new Map<DeviceId, Held>();
  for (const batch of inBatches(devices)) {
    addHeld(before, await waitedFor(database, row, batch), heldWhenLeft);
  }
  for (const { devices: some } of taken) addHeld(before, some, heldWhenTaken);
  return before;
}

function addHeld(
  before: Map<DeviceId, Held>,
  rows: readonly RolloutDeviceRow[],
  heldOf: (row: RolloutDeviceRow) => Held | null,
): void {
  for (const row of rows) {
    const held = heldOf(row);
    if (held) before.set(row.device, held);
  }
}

const isGoingBack = (state: DeviceState) => state === 'rolling-back' || state === 'stranded';

function heldWhenTaken(row: RolloutDeviceRow): Held | null {
  return row.before_value === null && row.generation === null ? null : pickHeld(row);
}

function heldWhenLeft(row: RolloutDeviceRow): Held | null {
  if (isGoingBack(row.state)) return pickHeld(row);
  // What a completed one told it holds: left alone until it is told something else.
  const { before_value } = row;
  return before_value === null ? null : { ...UNTOLD, before_value };
}

const pickHeld = ({ before_value, generation, told_at, told_number }: RolloutDeviceRow): Held => ({
  before_value,
  generation,
  told_at,
  told_number,
});

function waitedFor(
  trx: Database,
  { id, lane }: Pick<RolloutRow, 'id' | 'lane'>,
  devices: readonly DeviceId[],
) {
  return (
    trx
      .selectFrom('rollout_devices')
      .innerJoin('rollouts', 'rollouts.id', 'rollout_devices.rollout')
      .selectAll('rollout_devices')
      .where('device', 'in', devices)
      .where('lane', '=', lane)
      .where('rollouts.id', '<>', id)
      .where('rollouts.state', 'in', ['completed', 'aborted', 'rolled-back'])
      .where('rollout_devices.state', 'in', UNSETTLED_STATES)
      // The databases disagree on where nulls stand.
      .orderBy((is) => is.fn.coalesce('told_number', is.lit(0)))
      .execute()
  );
}
