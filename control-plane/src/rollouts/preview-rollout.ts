import { randomUUID } from 'node:crypto';
import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../database/in-batches.ts';
import type { Database } from '../database/open-stores.ts';
import { verdictOn } from '../jobs/verdict-on.ts';
import type { RolloutPreview, RolloutRequest } from '../resources/rollout.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { foreseeHeld } from './engine/steps/come-after.ts';
import { findConflicts } from './engine/steps/conflicts.ts';
import { runsAlready } from './engine/steps/sort-due.ts';
import { planWaves } from './engine/steps/start-rollout.ts';
import { bakeNeeded } from './plan/bake-needed.ts';
import { completePlan } from './plan/complete-plan.ts';
import type { Cargo } from './plan/plan.ts';
import type { RolloutId } from './rollout-id.ts';

const NAMED = 1000;

/**
 * Who would be in which wave, were it to start now, who of them is offline, and which other
 * rollouts have some; and whether the gate let the model through.
 * @throws ControlPlaneError `REQUEST_INVALID`, and what `Lane.check` throws
 */
export async function previewRollout(
  parts: Pick<EngineParts, 'database' | 'fleet' | 'laneOf' | 'reader'>,
  { rollout = randomUUID() as string as RolloutId, ...asked }: RolloutRequest,
): Promise<RolloutPreview> {
  const plan = completePlan(asked);
  const lane = parts.laneOf(plan.cargo);
  await lane.check();
  const { waves, left } = await planWaves(parts, rollout, plan);
  const names = waves.flatMap((wave) => wave.map(({ device }) => device));
  const { priority } = plan;
  const row = { id: rollout, lane: lane.name, priority };
  const conflicts = await findConflicts(parts, row, names);
  const held = await foreseeHeld(parts.database, row, conflicts, names);
  const rates = await readRates(parts.database, names);
  const assigned = new Map<DeviceId, string | null>();
  for (const batch of inBatches(names)) {
    for (const [device, value] of await lane.assigned(batch)) assigned.set(device, value);
  }
  return {
    rollout,
    plan,
    target: names.length + left,
    waves: waves.map((devices, wave) => ({
      wave,
      devices: devices.length,
      names: devices.slice(0, NAMED).map(({ device }) => device),
      already: devices.filter((one) =>
        runsAlready(lane, one, {
          assigned: assigned.get(one.device),
          held: held.get(one.device),
        }),
      ).length,
      offline: devices.filter(({ offline }) => offline).length,
      bakeNeeded: bakeNeeded(
        plan.waves[wave] as (typeof plan.waves)[number],
        devices.map(({ device }) => rates.get(device) ?? null),
      ),
    })),
    offline: waves
      .flatMap((wave) => wave.flatMap(({ device, offline }) => (offline ? [device] : [])))
      .slice(0, NAMED),
    gateReasons: await readGateReasons(parts.database, plan.cargo),
    conflicts: conflicts.map(({ rollout: other, name, state, yields, devices }) => ({
      rollout: other,
      name,
      state,
      yields,
      devices: devices.length,
      names: devices.slice(0, NAMED).map(({ device }) => device),
    })),
  };
}

/** Why the gate did not let a model through. */
async function readGateReasons(database: Database, cargo: Cargo): Promise<string[]> {
  if (cargo.kind !== 'model') return [];
  const gate = await verdictOn(database, cargo.task, cargo.model);
  if (gate === null || gate.verdict.passed) return [];
  return gate.verdict.checks.flatMap(({ passed, reason }) => (passed ? [] : [reason]));
}

/** Frames a second, by a device's last report; null: it has told of none. */
async function readRates(
  database: Database,
  names: readonly DeviceId[],
): Promise<Map<DeviceId, number | null>> {
  const rates = new Map<DeviceId, number | null>();
  for (const batch of inBatches(names)) {
    const rows = await database
      .selectFrom('devices')
      .innerJoin('device_figures', 'device_id', 'devices.id')
      .select(['device', 'fps'])
      .where('device', 'in', batch)
      .execute();
    for (const { device, fps } of rows) rates.set(device, fps);
  }
  return rates;
}
