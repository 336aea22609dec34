import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { labelledSince } from '../../datasets/labelled-since.ts';
import { lastLabelled } from '../last-labelled.ts';
import type { ClassEvidence, QueueOfClass } from './class-evidence.ts';

/**
 * The margin between the two best scores below which devices keep a sample as uncertain, unless
 * told otherwise.
 */
const UNSURE = 1 - 0.2;
/** Labels that count as the latest. */
const LATELY = 200;

/** What waits without a label, by the class that the model takes it for. */
export async function readQueueByGuess(
  database: Database,
  task: TaskId,
): Promise<ReadonlyMap<string, QueueOfClass>> {
  const rows = await database
    .selectFrom('samples')
    .select(({ fn, eb }) => [
      'guess',
      fn.countAll<number>().as('waiting'),
      fn.avg<number | null>('uncertainty').as('uncertainty'),
      fn
        .sum<number>(eb.case().when('uncertainty', '>=', UNSURE).then(1).else(0).end())
        .as('unsure'),
    ])
    .where('task', '=', task)
    .where('label_state', '=', 'unlabelled')
    .where('guess', 'is not', null)
    .groupBy('guess')
    .execute();
  return new Map(
    rows.map(({ guess, waiting, uncertainty, unsure }) => [
      guess as string,
      {
        waiting: Number(waiting),
        unsure: Number(unsure),
        uncertainty: uncertainty === null ? null : Number(uncertainty),
      },
    ]),
  );
}

/** Of the latest labels of samples that a model had seen: what it had taken them for, by class. */
export async function readLately(
  database: Database,
  task: TaskId,
): Promise<ReadonlyMap<string, ClassEvidence['lately']>> {
  const rows = await lastLabelled(database, task, LATELY)
    .select(['samples.label', 'samples.guess'])
    .execute();
  const lately = new Map<string, { guessed: number; wrong: number }>();
  for (const { label, guess } of rows) {
    if (label === null || guess === null) continue;
    const of = lately.get(label) ?? { guessed: 0, wrong: 0 };
    lately.set(label, { guessed: of.guessed + 1, wrong: of.wrong + (guess === label ? 0 : 1) });
  }
  return lately;
}

/**
 * Labels given since a dataset was frozen, by class; null: it is not of this control plane.
 * @param classes of the task
 */
export async function readNewSince(
  database: Database,
  task: TaskId,
  dataset: Sha256,
  classes: readonly string[],
  now: EpochMillis,
): Promise<ReadonlyMap<string, number> | null> {
  const frozen = await database
    .selectFrom('dataset_versions')
    .select(['number', 'created_at as createdAt'])
    .where('task', '=', task)
    .where('fingerprint', '=', dataset)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!frozen) return null;
  const isNew = await labelledSince(database, { task, ...frozen }, classes, now);
  const rows = await database
    .selectFrom('samples')
    .select(['label', ({ fn }) => fn.countAll<number>().as('count')])
    .where('task', '=', task)
    .where('label', 'is not', null)
    .where(isNew)
    .groupBy('label')
    .execute();
  return new Map(rows.map(({ label, count }) => [label as string, Number(count)]));
}
