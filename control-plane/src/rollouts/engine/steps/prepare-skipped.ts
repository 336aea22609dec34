import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../../database/open-stores.ts';
import type { Lane } from '../../lanes/lane.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { findSetByHand } from './find-set-by-hand.ts';

/**
 * Of devices that are skipped though they were told something, by the rollout that they were taken
 * from or at a first try: they are told to run what they ran before. Nobody else has them in hand,
 * and none that is skipped goes back when its rollout does. What a person has set since stays.
 * @param moves Others than to skip stay as they are.
 */
export async function prepareSkipped(
  { fleet, now }: Pick<EngineParts, 'fleet' | 'now'>,
  lane: Pick<Lane, 'prepare' | 'setByHand'>,
  { id }: Pick<RolloutRow, 'id'>,
  moves: readonly DeviceMove[],
  due: readonly Pick<RolloutDeviceRow, 'device' | 'generation' | 'before_value'>[],
) {
  const skipped = new Set(
    moves.filter(({ event }) => event === 'skip').map(({ device }) => device),
  );
  const told = due.filter(({ device, generation }) => skipped.has(device) && generation !== null);
  const reports = await fleet.lastReports(told.map(({ device }) => device));
  const byHand = await findSetByHand(lane, id, told);
  const back = told.flatMap(({ device, before_value: value }) => {
    const reported = reports.get(device);
    return reported && !byHand.has(device) ? [{ device, value, reported }] : [];
  });
  const { generations, store } = await lane.prepare(back, id, true);
  const at = now();
  return {
    /** With what it is told. */
    complete(move: DeviceMove): DeviceMove {
      const generation = generations.get(move.device);
      if (generation === undefined) return move;
      return { ...move, told: { generation, told_at: at, told_number: 'this move' } };
    },
    store: (trx: Database, moved: ReadonlySet<DeviceId>) => store(trx, moved),
    tells: back.map(({ device }) => device),
  };
}
