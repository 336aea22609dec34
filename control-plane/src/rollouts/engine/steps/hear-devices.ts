import type { DeviceId, Reported } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../../errors.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutId } from '../../rollout-id.ts';
import { nextDeviceState } from '../../states/device-states.ts';
import { tryFindRollout } from '../../store/find-rollout.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';

/**
 * Takes in what devices report now. What a device said is read from the store, so that nothing is
 * missed by a process that was away.
 * @returns the rollouts whose devices moved
 */
export async function hearDevices(
  parts: EngineParts,
  devices: readonly DeviceId[],
): Promise<ReadonlySet<RolloutId>> {
  const { fleet, reader, assignments, database, now, checkpoint } = parts;
  const reports = await fleet.reports(devices);
  await assignments.note(reports);
  const moves = new Map<RolloutId, DeviceMove[]>();
  const lanes = new Map<RolloutId, Lane | null>();
  for (const row of await reader.heard([...reports.keys()])) {
    const known = lanes.get(row.rollout);
    const lane = known === undefined ? await laneOf(parts, row.rollout) : known;
    lanes.set(row.rollout, lane);
    const move = lane && moveOf(lane, row, reports.get(row.device) as Reported);
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

/** Null: its plan can't be read, and others must be heard all the same. */
async function laneOf(parts: EngineParts, rollout: RolloutId): Promise<Lane | null> {
  const found = await tryFindRollout(parts.database, rollout);
  return found instanceof ControlPlaneError ? null : parts.laneOf(found.plan.cargo);
}

function moveOf(lane: Lane, row: RolloutDeviceRow, reported: Reported): DeviceMove | null {
  const { device, state, generation, before_value, attempts } = row;
  // Offline when its turn came: what it says is of the rollout that it was taken from.
  if (state === 'failed' && attempts === 0) return null;
  const back = state === 'rolling-back' || state === 'stranded';
  const heard = lane.hear(
    { back, generation: generation as number, before: before_value },
    reported,
  );
  if (!heard) return null;
  const next = nextDeviceState(state, heard.event);
  return next === null || next === state ? null : { device, from: state, ...heard };
}
