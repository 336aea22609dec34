import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { ControlPlaneError } from '../../../errors.ts';
import { type Allotted, allotWaves } from '../../plan/allot-waves.ts';
import { placeOf } from '../../plan/place.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import type { FleetDevice } from '../../store/fleet-reader.ts';
import { insertDevices, type NewDevice } from '../../store/insert-devices.ts';
import { RolloutReader } from '../../store/rollout-reader.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { targetOf } from '../target-of.ts';
import { type Held, leaveBehind, takeAway, UNTOLD } from './come-after.ts';
import { requireFree } from './conflicts.ts';
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
 * Divides the devices over the waves and begins, with the shadow or with the first wave. Of
 * rollouts of a lower priority it takes the devices.
 * @param said why, in the words of who ordered it
 * @returns null where somebody else was first
 * @throws ControlPlaneError `ROLLOUT_EMPTY`, `ROLLOUT_CONFLICT`, and what `Lane.check` throws
 */
export async function startRollout(
  parts: EngineParts,
  row: RolloutRow,
  by: string,
  said?: string | undefined,
): Promise<RolloutRow | null> {
  const { plan } = row;
  const lane = parts.laneOf(plan.cargo);
  await lane.check();
  const { waves, cutoffs } = await planWaves(parts, row.id, plan);
  if (!waves[0]?.length) throw empty(waves);
  const devices = waves.flatMap((wave) => wave.map(({ device }) => device));
  // Before anything is signed; what counts is asked again below.
  await requireFree(parts, row, devices);
  const shadows = await prepareShadows(parts, row, plan, waves);
  const now = parts.now();
  const tells = shadows.map(({ device }) => device);
  return takeStep(parts, row, {
    decision: {
      event: plan.shadow ? 'shadow' : 'begin',
      by,
      reason: said ?? `${counted(devices.length, 'device')} in ${counted(waves.length, 'wave')}.`,
      figures: { devices: devices.length, waves: waves.map(({ length }) => length) },
    },
    changes: {
      started_at: now,
      wave: 0,
      wave_began_at: now,
      reason: null,
      cutoffs,
    },
    async also(trx) {
      const taken = await requireFree({ reader: new RolloutReader(trx) }, row, devices);
      const takenFrom = await takeAway(trx, row, taken, now);
      for (const { rollout, devices: some } of taken) {
        tells.push(...(await parts.assignments.endShadows(trx, rollout, some)));
      }
      const left = await leaveBehind(trx, row, devices, now);
      const before = new Map([...left, ...takenFrom]);
      const rows = waves.flatMap((wave, i) =>
        wave.map(({ device }) => newDevice(row, device, i, now, before.get(device))),
      );
      await insertDevices(trx, rows);
      await parts.assignments.give(trx, shadows);
    },
    tells,
  });
}

/** A device whose turn has not come. @param held of one that another rollout told something */
export function newDevice(
  { id }: Pick<RolloutRow, 'id'>,
  device: DeviceId,
  wave: number,
  now: number,
  held: Held = UNTOLD,
): NewDevice {
  return {
    rollout: id,
    device,
    wave,
    state: 'pending',
    since: now,
    ...held,
    attempts: 0,
    outcome: null,
    reason: null,
  };
}

function empty(waves: readonly (readonly unknown[])[]): ControlPlaneError {
  const sizes = waves.map(({ length }) => length).join(', ');
  return new ControlPlaneError(
    'ROLLOUT_EMPTY',
    `Expected at least one device in the first wave, received ${sizes} devices in the waves. Does the filter fit devices that have reported this slot?`,
  );
}
