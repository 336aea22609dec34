import type { DeviceId } from '@edgeloop/protocol';
import { waveOfLatecomer } from '../../plan/allot-waves.ts';
import { placeOf } from '../../plan/place.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import { targetTest } from '../../plan/target.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { findConflicts } from './conflicts.ts';
import { newDevice } from './start-rollout.ts';

const RETURNS = 500;

/**
 * Devices that appeared since the start join the wave that is theirs; those that were skipped as offline come back.
 * @param among whom to look at; null: at all
 */
export async function joinLatecomers(
  parts: EngineParts,
  row: RolloutRow,
  among: readonly DeviceId[] | null,
): Promise<RolloutRow | null> {
  const plan = JSON.parse(row.plan) as RolloutPlan;
  const joining = await findJoining(parts, row, plan, among);
  const returned = await parts.reader.returned(row.id, RETURNS);
  if (joining.length === 0 && returned.length === 0) return null;
  const now = parts.now();
  const rows = joining.map(([device, wave]) => newDevice(row, device, wave, now));
  const moves = returned.map(
    ({ device, state }): DeviceMove => ({ device, from: state, event: 'return' }),
  );
  const names = [...joining.map(([device]) => device), ...returned.map(({ device }) => device)];
  return takeStep(parts, row, {
    decision: {
      ...{ event: 'join', by: 'engine' },
      reason: `${joining.length} devices have appeared, ${returned.length} are online again.`,
      figures: { joined: joining.length, returned: returned.length, devices: names.slice(0, 100) },
    },
    moves,
    async also(trx) {
      if (rows.length > 0) await trx.insertInto('rollout_devices').values(rows).execute();
    },
  });
}

/** With the wave that each belongs to. Those that another rollout has are left to it. */
async function findJoining(
  parts: EngineParts,
  row: RolloutRow,
  { cargo, target, waves }: RolloutPlan,
  among: readonly DeviceId[] | null,
): Promise<(readonly [DeviceId, number])[]> {
  if (among?.length === 0) return [];
  const unknown = await parts.fleet.unknownTo(row.id, among);
  if (unknown.length === 0) return [];
  const [fits, lane] = [targetTest(target), parts.laneOf(cargo)];
  const cutoffs = JSON.parse(row.cutoffs) as (number | null)[];
  const sizes = waves.map(({ size }) => size);
  const joining = unknown.flatMap((device) => {
    if (!fits(device) || lane.valueOf(device.reported) === undefined) return [];
    const place = placeOf(row.id, device.device);
    const wave = waveOfLatecomer(sizes, cutoffs, { ...device, place });
    return wave === null ? [] : [[device.device, wave] as const];
  });
  const names = joining.map(([device]) => device);
  const conflicts = names.length > 0 ? await findConflicts(parts, row, names) : [];
  const claimed = new Set(conflicts.flatMap(({ devices }) => devices.map(({ device }) => device)));
  return joining.filter(([device]) => !claimed.has(device));
}
