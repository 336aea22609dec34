import type { Database } from '../../database/open-stores.ts';
import { nextRolloutState, type RolloutEvent } from '../states/rollout-states.ts';
import type { RolloutHead, RolloutRow } from './rollout-tables.ts';

/** What is decided without the rollout coming into another state. */
type Note =
  | 'create'
  /** Devices were told. */
  | 'tell'
  /** Devices that appeared later joined, or came back. */
  | 'join'
  /** Devices' deadline passed. */
  | 'expire'
  /** Devices were told to go back. */
  | 'take-back'
  /** A rollout of a higher priority took devices. */
  | 'yield'
  /** It can't start. */
  | 'hold';

const NOTES: ReadonlySet<string> = new Set<Note>([
  ...(['create', 'tell', 'join', 'expire', 'take-back', 'yield', 'hold'] as const),
]);

export interface Decision {
  readonly event: RolloutEvent | Note;
  /** `token:<name>`, `gate:<kind>`, or `engine`. */
  readonly by: string;
  readonly reason: string;
  /** What it was made from. */
  readonly figures?: unknown;
}

/** What of a rollout may change: its plan stays. */
export type Changes = Partial<Omit<RolloutRow, 'id' | 'revision' | 'plan'>>;

/**
 * Takes a rollout where a decision leads, if it is still as it was read, and keeps the decision, in
 * the transaction of whoever asks.
 * @returns the rollout as it is now; null where somebody else was first or the event has no meaning
 * any more: nothing was changed
 */
export async function changeRollout<Row extends RolloutHead>(
  trx: Database,
  row: Row,
  { event, by, reason, figures = {} }: Decision,
  changes: Changes,
  now: number,
): Promise<Row | null> {
  const state = NOTES.has(event)
    ? row.state
    : nextRolloutState(row.state, event as RolloutEvent, row.paused_from);
  if (state === null) return null;
  const moved = state !== row.state || changes.wave !== undefined;
  const changed = {
    ...changes,
    state,
    revision: row.revision + 1,
    since: moved ? now : row.since,
  };
  const next = { ...row, ...changed };
  const { cutoffs, ...columns } = changed;
  const { numUpdatedRows } = await trx
    .updateTable('rollouts')
    .set({ ...columns, ...(cutoffs && { cutoffs: JSON.stringify(cutoffs) }) })
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return null;
  await trx
    .insertInto('rollout_decisions')
    .values({
      rollout: row.id,
      at: now,
      event,
      by_whom: by,
      reason,
      from_state: row.state,
      to_state: state,
      wave: next.wave,
      figures: JSON.stringify(figures),
    })
    .execute();
  return next;
}
