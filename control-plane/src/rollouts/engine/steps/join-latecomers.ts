import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { waveOfLatecomer } from '../../plan/allot-waves.ts';
import { placeOf } from '../../plan/place.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import { insertDevices } from '../../store/insert-devices.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import { RolloutReader } from '../../store/rollout-reader.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { targetOf } from '../target-of.ts';
import { leaveBehind, UNTOLD } from './come-after.ts';
import { findConflicts, requireFree } from './conflicts.ts';
import { findSetByHand } from './find-set-by-hand.ts';
import { newDevice } from './start-rollout.ts';

const RETURNS = 500;

/**
 * Devices that appeared since the start join the wave that is theirs; those that were skipped as
 * offline come back.
 * @param among whom to look at; null: at all
 */
export async function joinLatecomers(
  parts: EngineParts,
  row: RolloutRow,
  among: readonly DeviceId[] | null,
): Promise<RolloutRow | null> {
  const { plan } = row;
  const joining = await findJoining(parts, row, plan, among);
  const returned = await parts.reader.returned(row, RETURNS);
  if (joining.length === 0 && returned.length === 0) return null;
  const moved = await movedSince(parts, row, returned);
  const now = parts.now();
  const names = [...joining.map(([device]) => device), ...returned.map(({ device }) => device)];
  return takeStep(parts, row, {
    decision: {
      event: 'join',
      by: 'engine',
      reason: `${counted(joining.length, 'device has', 'devices have')} appeared, ${counted(returned.length, 'is', 'are')} online again.`,
      figures: { joined: joining.length, returned: returned.length, devices: names.slice(0, 100) },
    },
    async also(trx) {
      // Another rollout may have begun since; a latecomer is taken from nobody.
      const last = { ...row, priority: Number.NEGATIVE_INFINITY };
      await requireFree({ reader: new RolloutReader(trx) }, last, names);
      const before = await leaveBehind(trx, row, names, now);
      const moves = returned.map(
        ({ device, state }): DeviceMove => ({
          device,
          from: state,
          event: 'return',
          // What it ran long ago is nothing to go back to where somebody has told it something else
          // since.
          told: before.get(device) ?? (moved.has(device) ? UNTOLD : {}),
        }),
      );
      await moveDevices(trx, row.id, moves, now);
      const rows = joining.map(([device, wave]) =>
        newDevice(row, device, wave, now, before.get(device)),
      );
      await insertDevices(trx, rows);
    },
  });
}

/** Of those that were skipped, whom another rollout or a person has told something since. */
async function movedSince(
  { reader, laneOf }: EngineParts,
  row: RolloutRow,
  skipped: readonly RolloutDeviceRow[],
): Promise<ReadonlySet<DeviceId>> {
  if (skipped.length === 0) return new Set();
  const { cargo } = row.plan;
  const told = skipped.filter(({ generation }) => generation !== null);
  const byHand = await findSetByHand(laneOf(cargo), row.id, told);
  const names = skipped.map(({ device }) => device);
  return new Set([...byHand, ...(await reader.movedOn(row, names))]);
}

/** With the wave that each belongs to. Those that another rollout has are left to it. */
async function findJoining(
  parts: EngineParts,
  row: RolloutRow,
  plan: RolloutPlan,
  among: readonly DeviceId[] | null,
): Promise<(readonly [DeviceId, number])[]> {
  if (among?.length === 0) return [];
  const isTarget = targetOf(plan, parts.laneOf(plan.cargo));
  const unknown = among
    ? (await parts.fleet.readUnknown(among, row.id)).filter(isTarget)
    : await parts.fleet.find(isTarget, row.id);
  const sizes = plan.waves.map(({ size }) => size);
  const joining = unknown.flatMap((device) => {
    const place = placeOf(row.id, device.device);
    const wave = waveOfLatecomer(sizes, row.cutoffs, { ...device, place });
    return wave === null ? [] : [[device.device, wave] as const];
  });
  const names = joining.map(([device]) => device);
  const conflicts = names.length > 0 ? await findConflicts(parts, row, names) : [];
  const claimed = new Set(conflicts.flatMap(({ devices }) => devices.map(({ device }) => device)));
  return joining.filter(([device]) => !claimed.has(device));
}
