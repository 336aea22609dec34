import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { belongs } from './freeze-dataset.ts';

/** A frozen version, as far as what came after it is asked. */
interface Frozen {
  readonly task: TaskId;
  readonly number: number;
  readonly createdAt: EpochMillis;
}

type Samples = ExpressionBuilder<Tables, 'samples'>;

/**
 * Which samples got their class since a version was frozen, of those that the next one would have
 * and this one has not with that class: neither what is said once more, nor a chosen one that
 * stands on the test side. By the times of both, which an index finds, where they may be right. A
 * clock that was ahead or behind shows in a time of the future, a version older than the one before
 * it, or a label older than its task: there what the version has decides alone.
 * @param classes of the task
 */
export async function labelledSince(
  database: Database,
  { task, number, createdAt }: Frozen,
  classes: readonly string[],
  now: EpochMillis,
): Promise<(eb: Samples) => Expression<SqlBool>> {
  const { last } = await database
    .selectFrom('dataset_versions')
    .select(({ fn }) => fn.max<number | null>('created_at').as('last'))
    .where('task', '=', task)
    .where('number', '<', number)
    .where('created_at', '<=', now)
    .executeTakeFirstOrThrow();
  const isMissing = (eb: Samples) =>
    eb.not(
      eb.exists(
        eb
          .selectFrom('dataset_samples')
          .select('dataset_samples.sha256')
          .where('dataset_samples.task', '=', task)
          .where('dataset_samples.number', '=', number)
          .whereRef('dataset_samples.sha256', '=', 'samples.sha256')
          .whereRef('dataset_samples.label', '=', 'samples.label')
          // One that has come again since it was removed.
          .where('dataset_samples.removed_at', 'is', null),
      ),
    );
  const wouldJoin = (eb: Samples) => eb.and([belongs(eb, task, classes), isMissing(eb)]);
  if (createdAt > now || createdAt < Number(last ?? 0)) return wouldJoin;
  const taskBegan = (eb: Samples) =>
    eb
      .selectFrom('tasks')
      .select('tasks.created_at')
      .where('tasks.task', '=', task)
      .$castTo<{ created_at: EpochMillis }>();
  return (eb) =>
    eb.and([
      eb.or([eb('labelled_at', '>', createdAt), eb('labelled_at', '<', taskBegan(eb))]),
      wouldJoin(eb),
    ]);
}
