import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { inBatches } from '../../../database/in-batches.ts';
import type { Database } from '../../../database/open-stores.ts';
import type { DevicePayload } from '../../lanes/lane.ts';
import { type DeviceState, TOUCHED_STATES } from '../../states/device-states.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { leaveBehind } from './come-after.ts';
import { findSetByHand, SET_BY_HAND } from './find-set-by-hand.ts';

const BATCH = 500;

/**
 * Tells devices to run what they ran before, a batch at a time.
 * @returns null when there is none left
 */
export async function takeBack(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const touched = await parts.reader.touched(row.id, TOUCHED_STATES, BATCH);
  if (touched.length === 0) return null;
  return takeThese(parts, row, touched);
}

async function takeThese(
  parts: EngineParts,
  row: RolloutRow,
  touched: readonly RolloutDeviceRow[],
): Promise<RolloutRow | null> {
  const { told, skipped, ...step } = await prepareBack(parts, row, touched, TOUCHED_STATES);
  return takeStep(parts, row, {
    ...step,
    decision: {
      event: 'take-back',
      by: 'engine',
      reason: `${counted(told, 'device is told to run what it', 'devices are told to run what they')} ran before.`,
      figures: { told, skipped, devices: touched.slice(0, 100).map(({ device }) => device) },
    },
  });
}

/**
 * Of a step that tells devices to run what they ran before. Those that another rollout has moved
 * since are left to it, and what a person has set since stays.
 * @param from In any of these states, for while it is signed devices get on with it: who is in none
 * of them any more is told nothing.
 */
export async function prepareBack(
  { fleet, reader, laneOf, now }: EngineParts,
  row: RolloutRow,
  touched: readonly RolloutDeviceRow[],
  from: readonly DeviceState[],
) {
  const { cargo } = row.plan;
  const lane = laneOf(cargo);
  const names = touched.map(({ device }) => device);
  // One that was revoked is told, too: enrolled again, it would run what was taken back.
  const known = await fleet.lastReports(names);
  const byHand = await findSetByHand(lane, row.id, touched);
  const others = new Set<DeviceId>();
  for (const batch of inBatches(names)) {
    for (const device of await reader.movedOn(row, batch)) others.add(device);
  }
  const back: DevicePayload[] = [];
  const moves: DeviceMove[] = [];
  for (const { device, before_value: value } of touched) {
    const reported = known.get(device);
    if (byHand.has(device)) {
      moves.push({ device, from, event: 'skip', outcome: 'taken', reason: SET_BY_HAND });
    } else if (reported && !others.has(device)) back.push({ device, value, reported });
    else {
      const outcome = others.has(device) ? 'taken' : 'left';
      moves.push({ device, from, event: 'skip', outcome });
    }
  }
  const prepared = await lane.prepare(back, row.id, true);
  const at = now();
  for (const { device } of back) {
    moves.push({
      device,
      from,
      event: 'take-back',
      outcome: null,
      told: {
        generation: prepared.generations.get(device) as number,
        told_at: at,
        told_number: 'this move',
      },
    });
  }
  return {
    told: back.length,
    skipped: moves.length - back.length,
    moves,
    async also(trx: Database, moved: ReadonlySet<DeviceId>) {
      const wanted = back.filter(({ device }) => moved.has(device));
      // While it was signed a person may have told them something.
      const since = await findSetByHand(lane, row.id, wanted, trx);
      const spared = touched.filter(({ device }) => since.has(device));
      await moveDevices(trx, row.id, spared.map(spare), at);
      const told = wanted.map(({ device }) => device).filter((device) => !since.has(device));
      await prepared.store(trx, new Set(told));
      await leaveBehind(trx, row, told, at);
    },
    tells: back.map(({ device }) => device),
  };
}

/** One that was to go back is left as it is: it was told nothing. */
const spare = ({ device, generation, told_at, told_number }: RolloutDeviceRow): DeviceMove => ({
  device,
  from: 'rolling-back',
  event: 'skip',
  outcome: 'taken',
  reason: SET_BY_HAND,
  told: { generation, told_at, told_number },
});
