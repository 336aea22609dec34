import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { Database } from '../../../database/open-stores.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import { isOpen } from '../../plan/window.ts';
import { type DeviceMove, moveDevices } from '../../store/move-devices.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { beginMeasuring } from './begin-measuring.ts';
import { handOn } from './come-after.ts';
import { findSetByHand, SET_BY_HAND } from './find-set-by-hand.ts';
import { keepSetByHand } from './keep-set-by-hand.ts';
import { prepareSkipped } from './prepare-skipped.ts';
import { sortDue } from './sort-due.ts';

/** Devices of one step: each is a signature, and a transaction must not take long. */
const BATCH = 500;
/** Names that a decision gives. */
const NAMED = 100;

/** Tells the devices whose turn it is, as many as may be at it at once, within the daily window. */
export async function tellDevices(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const { plan } = row;
  if (plan.window && !isOpen(plan.window, parts.now())) return null;
  const limit = Math.min(BATCH, await roomFor(parts, row, plan));
  if (limit <= 0) return null;
  const due = await parts.reader.inState(row.id, ['pending'], { throughWave: row.wave, limit });
  if (due.length === 0) return null;
  await beginMeasuring(parts, row, plan);
  return tellThese(parts, row, plan, due);
}

async function roomFor(
  { reader }: EngineParts,
  { id }: RolloutRow,
  { atOnce }: RolloutPlan,
): Promise<number> {
  if (atOnce === null) return Number.POSITIVE_INFINITY;
  return atOnce - (await reader.moving(id));
}

async function tellThese(
  parts: EngineParts,
  row: RolloutRow,
  plan: RolloutPlan,
  due: readonly RolloutDeviceRow[],
): Promise<RolloutRow | null> {
  const { fleet, laneOf, now } = parts;
  const lane = laneOf(plan.cargo);
  const turns = due.map(({ device }) => device);
  const found = await fleet.read(turns);
  const known = {
    fleet: new Map(found.map((device) => [device.device as string, device])),
    assigned: await lane.assigned(turns),
    setByHand: await findSetByHand(lane, row.last_said, due),
  };
  const { tell, moves } = sortDue(due, known, lane, plan);
  const prepared = await lane.prepare(
    tell.map(({ device, reported }) => ({ device, reported, value: lane.wanted })),
    row.id,
    false,
  );
  const back = await prepareSkipped(parts, lane, row, moves, due);
  const at = now();
  const before = new Map(due.map((device) => [device.device, device]));
  const told = tell.map(({ device, reported, offline }): DeviceMove => {
    const { attempts = 0, before_value = null, generation = null } = before.get(device) ?? {};
    return {
      device,
      from: 'pending',
      event: 'tell',
      outcome: offline ? 'offline' : null,
      told: {
        generation: prepared.generations.get(device) as number,
        // Of a second try, what it ran before the first; of one that was taken, what it ran before
        // that; and what a person has set since: see `keepSetByHand`.
        before_value:
          generation !== null ? before_value : (before_value ?? lane.valueOf(reported) ?? null),
        told_at: at,
        told_number: 'this move',
        attempts: attempts + 1,
      },
    };
  });
  const names = tell.map(({ device }) => device);
  const count = (event: DeviceMove['event']) => moves.filter((it) => it.event === event).length;
  const figures = {
    told: told.length,
    already: count('find-done'),
    skipped: count('skip'),
    failed: count('fail'),
    devices: names.slice(0, NAMED),
  };
  const reason = `${counted(told.length, 'device is', 'devices are')} told; ${counted(figures.already, 'runs', 'run')} it already, ${counted(figures.skipped, 'is', 'are')} skipped, ${counted(figures.failed, 'has', 'have')} failed.`;
  return takeStep(parts, row, {
    decision: { event: 'tell', by: 'engine', reason, figures },
    // Whatever held it.
    changes: { reason: null },
    moves: [...told, ...moves.map(back.complete)],
    async also(trx, moved) {
      const still = due.filter(({ device }) => moved.has(device));
      const spared = await spareSetByHand(trx, lane, row, still, at);
      const turned = tell.filter(({ device }) => moved.has(device) && !spared.has(device));
      await keepSetByHand(trx, lane, row.id, turned);
      const turn = new Set(turned.map(({ device }) => device));
      await handOn(trx, row, [...turn]);
      await prepared.store(trx, turn);
      await back.store(trx, moved);
    },
    tells: [...names, ...back.tells],
  });
}

/**
 * While it was signed, a person may have told some of them something: these are told nothing.
 * @returns whom
 */
async function spareSetByHand(
  trx: Database,
  lane: Pick<Lane, 'setByHand'>,
  { id, last_said }: Pick<RolloutRow, 'id' | 'last_said'>,
  devices: readonly RolloutDeviceRow[],
  at: number,
): Promise<ReadonlySet<DeviceId>> {
  const since = await findSetByHand(lane, last_said, devices, trx);
  const moves = devices.filter(({ device }) => since.has(device)).map(asBefore);
  await moveDevices(trx, id, moves, at);
  return since;
}

const asBefore = ({ device, ...row }: RolloutDeviceRow): DeviceMove => ({
  device,
  from: 'told',
  event: 'skip',
  outcome: 'taken',
  reason: SET_BY_HAND,
  told: {
    generation: row.generation,
    before_value: row.before_value,
    told_at: row.told_at,
    told_number: row.told_number,
    attempts: row.attempts,
  },
});
