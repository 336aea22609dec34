import type { Database } from '../../database/open-stores.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { RolloutId } from '../rollout-id.ts';
import { UNDECIDED_STATES } from '../states/rollout-states.ts';
import { readRollout, tryReadRollout } from './rollout-row.ts';
import type { RolloutHead, RolloutRow, StoredRollout } from './rollout-tables.ts';

/** @throws ControlPlaneError `NOT_FOUND`, `DATA_DAMAGED` where its plan can't be read */
export async function findRollout(database: Database, id: RolloutId): Promise<RolloutRow> {
  return readRollout(await findStored(database, id));
}

/** Also of one whose plan can't be read. @throws ControlPlaneError `NOT_FOUND` */
export function findRolloutHead(database: Database, id: RolloutId): Promise<RolloutHead> {
  return findStored(database, id);
}

/**
 * As `findRollout`; that its plan can't be read is returned.
 * @throws ControlPlaneError `NOT_FOUND`
 */
export async function tryFindRollout(
  database: Database,
  id: RolloutId,
): Promise<RolloutRow | ControlPlaneError> {
  return tryReadRollout(await findStored(database, id));
}

/** A rollout whose plan can't be read, and why. */
export interface DamagedRollout {
  readonly head: RolloutHead;
  readonly problem: string;
}

/** Of those that may still bring something to a device, the ones that can't go on. */
export async function findDamagedRollouts(database: Database): Promise<DamagedRollout[]> {
  const rows = await database
    .selectFrom('rollouts')
    .selectAll()
    .where('state', 'in', UNDECIDED_STATES)
    .orderBy('id')
    .execute();
  return rows.flatMap((head) => {
    const read = tryReadRollout(head);
    return read instanceof ControlPlaneError ? [{ head, problem: read.message }] : [];
  });
}

async function findStored(database: Database, id: RolloutId): Promise<StoredRollout> {
  const row = await database
    .selectFrom('rollouts')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return row;
  throw new ControlPlaneError('NOT_FOUND', `Expected the id of a rollout, received ${id}.`);
}
