import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { GroupId } from '../samples/side.ts';
import { lastLabelled } from './last-labelled.ts';
import { type Direction, directionOf } from './novelty.ts';
import type { Candidate, Labelled } from './rank-queue.ts';

/**
 * Of what was labelled last, and of what persons hold now: those that candidates are compared with.
 */
const MOST_LABELLED = 200;
const MOST_HELD = 100;

/** What the task's candidates are weighed against. */
export async function readLabelled(
  database: Database,
  task: TaskId,
  candidates: readonly Candidate[],
  now: EpochMillis,
): Promise<Labelled> {
  const byClass = await database
    .selectFrom('samples')
    .select(['label', ({ fn }) => fn.countAll<number>().as('count')])
    .where('task', '=', task)
    .where('label', 'is not', null)
    .groupBy('label')
    .execute();
  const groups = [...new Set(candidates.map(({ group }) => group))];
  const byGroup = await database
    .selectFrom('samples')
    .select(['group_id', ({ fn }) => fn.countAll<number>().as('count')])
    .where('task', '=', task)
    .where('group_id', 'in', groups)
    .where('label_state', 'in', ['class', 'none'])
    .groupBy('group_id')
    .execute();
  return {
    byClass: new Map(byClass.map(({ label, count }) => [label as string, Number(count)])),
    byGroup: new Map<GroupId, number>(
      byGroup.map(({ group_id, count }) => [group_id, Number(count)]),
    ),
    directions: await readDirections(database, task, now),
  };
}

async function readDirections(
  database: Database,
  task: TaskId,
  now: EpochMillis,
): Promise<readonly Direction[]> {
  const labelled = await lastLabelled(database, task, MOST_LABELLED)
    .innerJoin('sample_embeddings', 'sample_embeddings.sample_id', 'samples.id')
    .select(['sample_embeddings.model', 'sample_embeddings.packed'])
    .execute();
  const held = await database
    .selectFrom('samples')
    .innerJoin('sample_embeddings', 'sample_embeddings.sample_id', 'samples.id')
    .select(['sample_embeddings.model', 'sample_embeddings.packed'])
    .where('task', '=', task)
    .where('leased_by', 'is not', null)
    .where('leased_until', '>', now)
    .orderBy('leased_until', 'desc')
    .limit(MOST_HELD)
    .execute();
  return [...labelled, ...held].flatMap((row) => directionOf(row) ?? []);
}
