import type { DeviceId, Reported } from '@edgeloop/protocol';
import type { RolloutPlan } from '../../plan/plan.ts';
import type { RolloutId } from '../../rollout-id.ts';
import { nextDeviceState } from '../../states/device-states.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';

/**
 * Takes in what devices report now. What a device said is read from the store, so that nothing is missed by a process that was away.
 * @returns the rollouts whose devices moved
 */
export async function hearDevices(
  parts: EngineParts,
  devices: readonly DeviceId[],
): Promise<ReadonlySet<RolloutId>> {
  const { fleet, reader, assignments, database, now, checkpoint } = parts;
  const reports = new Map<DeviceId, Reported>();
  for (const { device, reported } of await fleet.read(devices)) reports.set(device, reported);
  await assignments.note(reports);
  const moves = new Map<RolloutId, DeviceMove[]>();
  for (const row of await reader.heard([...reports.keys()])) {
    const move = moveOf(parts, row, reports.get(row.device) as Reported);
    if (!move) continue;
    const ofRollout = moves.get(row.rollout) ?? [];
    moves.set(row.rollout, ofRollout);
    ofRollout.push(move);
  }
  for (const [rollout, ofRollout] of moves) {
    await database.transaction().execute((trx) => moveDevices(trx, rollout, ofRollout, now()));
    checkpoint(`heard ${rollout} ${ofRollout.map(({ device, event }) => `${device}:${event}`)}`);
  }
  return new Set(moves.keys());
}

function moveOf(
  { laneOf }: EngineParts,
  row: RolloutDeviceRow & { readonly plan: string },
  reported: Reported,
): DeviceMove | null {
  const { device, state, generation, before_value } = row;
  const { cargo } = JSON.parse(row.plan) as RolloutPlan;
  const back = state === 'rolling-back' || state === 'stranded';
  const told = { back, generation: generation as number, before: before_value };
  const heard = laneOf(cargo).hear(told, reported);
  if (!heard) return null;
  const next = nextDeviceState(state, heard.event);
  return next === null || next === state ? null : { device, from: state, ...heard };
}
