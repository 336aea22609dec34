import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { isFree, isNewTo } from '../read-candidates.ts';
import { isTakenBack } from '../taken-back.ts';

export interface LabelCounts {
  readonly byClass: ReadonlyMap<string, number>;
  /** Not any of the classes. */
  readonly none: number;
  readonly disputed: number;
  /** Without a label, and disputed. */
  readonly waiting: number;
  /** Of these: nobody else holds it, and this person said nothing of it. */
  readonly forAsker: number;
}

/** How much of a task is labelled, and what is left for a person. */
export async function countLabels(
  database: Database,
  { task, by, now }: { readonly task: TaskId; readonly by: string; readonly now: EpochMillis },
): Promise<LabelCounts> {
  const byClass = await database
    .selectFrom('samples')
    .select(['label', ({ fn }) => fn.countAll<number>().as('count')])
    .where('task', '=', task)
    .where('label', 'is not', null)
    .groupBy('label')
    .execute();
  const states = await database
    .selectFrom('samples')
    .select(['label_state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('task', '=', task)
    .where('label_state', 'in', ['none', 'disputed', 'unlabelled'])
    .groupBy('label_state')
    .execute();
  const { forAsker } = await database
    .selectFrom('samples')
    .select(({ fn }) => fn.countAll<number>().as('forAsker'))
    .where('task', '=', task)
    .where('label_state', 'in', ['unlabelled', 'disputed'])
    .where((eb) => eb.or([isFree(eb, now), eb('leased_by', '=', by)]))
    .where((eb) => isNewTo(eb, by))
    .executeTakeFirstOrThrow();
  const inState = (state: string) =>
    Number(states.find(({ label_state }) => label_state === state)?.count ?? 0);
  return {
    byClass: new Map(byClass.map(({ label, count }) => [label as string, Number(count)])),
    none: inState('none'),
    disputed: inState('disputed'),
    waiting: inState('unlabelled') + inState('disputed'),
    forAsker: Number(forAsker),
  };
}

export interface PersonCount {
  readonly by: string;
  readonly labels: number;
}

/**
 * Who said a class or none of them by hand since a time, and did not take it back; who said most
 * first.
 */
export async function countSaidSince(
  database: Database,
  task: TaskId,
  since: EpochMillis,
): Promise<readonly PersonCount[]> {
  const rows = await database
    .selectFrom('label_events as said')
    .select(['said.said_by as by', ({ fn }) => fn.countAll<number>().as('labels')])
    .where('said.task', '=', task)
    .where('said.said_at', '>=', since)
    .where('said.kind', 'in', ['class', 'none'])
    .where('said.imported', '=', 0)
    .where((eb) => eb.not(isTakenBack(eb)))
    .groupBy('said.said_by')
    .execute();
  return rows
    .map(({ by, labels }) => ({ by, labels: Number(labels) }))
    .sort((a, b) => b.labels - a.labels || (a.by < b.by ? -1 : 1));
}
