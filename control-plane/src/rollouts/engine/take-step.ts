import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import { nextDeviceState } from '../states/device-states.ts';
import { type Changes, changeRollout, type Decision } from '../store/change-rollout.ts';
import { type DeviceMove, moveDevices } from '../store/move-devices.ts';
import { nextMove } from '../store/next-move.ts';
import type { RolloutHead } from '../store/rollout-tables.ts';
import type { EngineParts } from './engine-parts.ts';

/** One step of a rollout: all of it happens, with its decision, or nothing does. */
export interface Step {
  readonly decision: Decision;
  readonly changes?: Changes;
  readonly moves?: readonly DeviceMove[];
  /**
   * Devices whose turn has not come are left alone from now on; `untold`: but for those that are to
   * try again.
   */
  readonly leaves?: 'pending' | 'untold';
  /** What else belongs to it. @param moved those of `moves` that were still where they were read */
  readonly also?: (trx: Database, moved: ReadonlySet<DeviceId>) => Promise<void>;
  /** What these should run changes by it. */
  readonly tells?: readonly DeviceId[];
}

/**
 * Takes a step in one transaction, and then tells who is concerned.
 * @returns the rollout as it is now; null where somebody else was first, or the step has no meaning
 * any more
 */
export async function takeStep<Row extends RolloutHead>(
  { database, assignments, measures, tell, events, now, checkpoint }: EngineParts,
  row: Row,
  { decision, changes = {}, moves = [], leaves, also, tells = [] }: Step,
): Promise<Row | null> {
  const at = now();
  let shadowed: readonly DeviceId[] = [];
  const next = await database.transaction().execute(async (trx) => {
    const changed = await changeRollout(trx, row, decision, changes, at);
    if (!changed) return null;
    const moved = await moveDevices(trx, row.id, moves, at);
    if (leaves) await leave(trx, row.id, leaves, at);
    if (isShadowing(row) && !isShadowing(changed)) {
      shadowed = await assignments.endShadows(trx, row.id);
    }
    await also?.(trx, moved);
    return changed;
  });
  if (!next) return null;
  checkpoint(`committed ${row.id} ${next.revision}`);
  tell([...tells, ...shadowed]);
  // What it was measured from stands in its decisions.
  if (next.ended_at !== null && row.ended_at === null) await measures.forget(row.id);
  const subject = { rollout: row.id };
  const { event, by, reason, figures = {} } = decision;
  const what = { event, by, reason, figures, wave: next.wave, from: row.state, to: next.state };
  events.publish({ kind: 'rollout.decided', subject, data: what });
  if (next.state !== row.state || next.wave !== row.wave) {
    const { name, state, wave } = next;
    events.publish({ kind: 'rollout.changed', subject, data: { name, state, wave, reason } });
  }
  return next;
}

const isShadowing = ({ state, paused_from }: RolloutHead) =>
  state === 'shadowing' || (state === 'paused' && paused_from === 'shadowing');

async function leave(
  trx: Database,
  rollout: RolloutId,
  which: NonNullable<Step['leaves']>,
  now: number,
): Promise<void> {
  const reason = { code: 'ENDED', message: 'The rollout ended before its turn came.' };
  const leaving = trx
    .updateTable('rollout_devices')
    .set({
      state: nextDeviceState('pending', 'skip') ?? 'skipped',
      since: now,
      move_number: nextMove(),
      outcome: 'left',
      reason: JSON.stringify(reason),
    })
    .where('rollout', '=', rollout)
    .where('state', '=', 'pending');
  await (which === 'untold' ? leaving.where('generation', 'is', null) : leaving).execute();
}
