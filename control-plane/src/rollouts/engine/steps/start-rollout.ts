import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import { ControlPlaneError } from '../../../errors.ts';
import { type Allotted, allotWaves } from '../../plan/allot-waves.ts';
import { placeOf } from '../../plan/place.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import type { RolloutId } from '../../rollout-id.ts';
import { UNSETTLED_STATES } from '../../states/device-states.ts';
import { changeRollout } from '../../store/change-rollout.ts';
import type { FleetDevice } from '../../store/fleet-reader.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import { findRollout, RolloutReader } from '../../store/rollout-reader.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { targetOf } from '../target-of.ts';
import { requireFree, type Taken } from './conflicts.ts';
import { prepareShadows } from './prepare-shadows.ts';

/** Who is in which wave, were it to start now. */
export async function planWaves(
  { fleet, laneOf }: Pick<EngineParts, 'fleet' | 'laneOf'>,
  id: string,
  plan: RolloutPlan,
): Promise<Allotted<FleetDevice>> {
  const devices = await fleet.find(targetOf(plan, laneOf(plan.cargo)));
  const placed = devices.map((device) => ({ ...device, place: placeOf(id, device.device) }));
  return allotWaves(
    plan.waves.map(({ size }) => size),
    placed,
  );
}

/**
 * Divides the devices over the waves and begins, with the shadow or with the first wave. Of rollouts of a lower priority it takes
 * the devices.
 * @returns null where somebody else was first
 * @throws ControlPlaneError `ROLLOUT_EMPTY`, `ROLLOUT_CONFLICT`, and what `Lane.check` throws
 */
export async function startRollout(
  parts: EngineParts,
  row: RolloutRow,
  by: string,
): Promise<RolloutRow | null> {
  const plan = JSON.parse(row.plan) as RolloutPlan;
  const lane = parts.laneOf(plan.cargo);
  await lane.check();
  const { waves, cutoffs } = await planWaves(parts, row.id, plan);
  if (!waves[0]?.length) throw empty(waves);
  const devices = waves.flatMap((wave) => wave.map(({ device }) => device));
  // Before anything is signed; what counts is asked again below.
  await requireFree(parts, row, devices);
  const shadows = await prepareShadows(parts, row, plan, waves);
  const now = parts.now();
  return takeStep(parts, row, {
    decision: {
      ...{ event: plan.shadow ? 'shadow' : 'begin', by },
      reason: `${devices.length} devices in ${waves.length} waves.`,
      figures: { devices: devices.length, waves: waves.map(({ length }) => length) },
    },
    changes: {
      ...{ started_at: now, wave: 0, wave_began_at: now, reason: null },
      cutoffs: JSON.stringify(cutoffs),
    },
    async also(trx) {
      const taken = await requireFree({ reader: new RolloutReader(trx) }, row, devices);
      const rows = waves.flatMap((wave, i) =>
        wave.map(({ device }) => newDevice(row, device, i, now)),
      );
      for (const batch of inBatches(rows)) {
        await trx.insertInto('rollout_devices').values(batch).execute();
      }
      await takeAway(trx, row, taken, now);
      for (const batch of inBatches(devices)) await leaveBehind(trx, row, batch, now);
      await parts.assignments.give(trx, shadows);
    },
    tells: shadows.map(({ device }) => device),
  });
}

/** A device whose turn has not come. */
export function newDevice(
  { id }: RolloutRow,
  device: DeviceId,
  wave: number,
  now: number,
): RolloutDeviceRow {
  return {
    ...{ rollout: id, device, wave, state: 'pending', since: now, generation: null },
    ...{ before_value: null, told_at: null, attempts: 0, outcome: null, reason: null },
  };
}

/** Those that had them leave them alone from now on. */
async function takeAway(
  trx: Database,
  { id, name }: RolloutRow,
  taken: readonly Taken[],
  now: number,
): Promise<void> {
  for (const { rollout, devices } of taken) {
    const other = await findRollout(trx, rollout);
    const message = `Rollout ${id} (${name}) of a higher priority took it.`;
    const reason = { code: 'TAKEN', message };
    const moves = devices.map(({ device, state }) => ({
      ...({ device, from: state, event: 'skip', outcome: 'taken', reason } as const),
    }));
    const names = devices.slice(0, 100).map(({ device }) => device);
    const decision = {
      ...({ event: 'yield', by: `rollout:${id}` } as const),
      reason: `Rollout ${id} (${name}) of a higher priority took ${devices.length} devices.`,
      figures: { devices: devices.length, names },
    };
    await changeRollout(trx, other, decision, {}, now);
    await moveDevices(trx, rollout, moves, now);
  }
}

/** What rollouts that have ended still waited for is not waited for any more. */
async function leaveBehind(
  trx: Database,
  { id, lane, name }: RolloutRow,
  devices: readonly DeviceId[],
  now: number,
): Promise<void> {
  const waiting = await trx
    .selectFrom('rollout_devices')
    .innerJoin('rollouts', 'rollouts.id', 'rollout_devices.rollout')
    .select(['rollout', 'device', 'rollout_devices.state'])
    .where('device', 'in', devices)
    .where('lane', '=', lane)
    .where('rollouts.id', '<>', id)
    .where('rollouts.state', 'in', ['completed', 'aborted', 'rolled-back'])
    .where('rollout_devices.state', 'in', UNSETTLED_STATES)
    .execute();
  const message = `Rollout ${id} (${name}) came after.`;
  const moves = new Map<RolloutId, DeviceMove[]>();
  for (const { rollout, device, state } of waiting) {
    const ofRollout = moves.get(rollout) ?? [];
    moves.set(rollout, ofRollout);
    const reason = { code: 'TAKEN', message };
    ofRollout.push({ device, from: state, event: 'skip', outcome: 'taken', reason });
  }
  for (const [rollout, some] of moves) await moveDevices(trx, rollout, some, now);
}

function empty(waves: readonly (readonly unknown[])[]): ControlPlaneError {
  const sizes = waves.map(({ length }) => length).join(', ');
  return new ControlPlaneError(
    'ROLLOUT_EMPTY',
    `Expected at least one device in the first wave, received ${sizes} devices in the waves. Does the filter fit devices that have reported this slot?`,
  );
}
