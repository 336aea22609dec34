import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Expression, ExpressionBuilder, SqlBool, Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { DatasetCounter, type DatasetCounts } from './dataset-version.ts';
import { Fingerprint } from './fingerprint.ts';
import { datasetTooSmall } from './too-small.ts';
import { requireTrainable } from './untrainable.ts';

export interface NewVersion {
  readonly task: TaskId;
  /** Of the task, in its order. Samples of other labels are left out. */
  readonly classes: readonly string[];
  readonly by: string;
  /** For a training that follows at once: what none could succeed on is refused. */
  readonly toTrain?: boolean;
}

/** Rows that travel from the database's thread at a time. */
const PAGE = 5000;
const FEWEST_CLASSES = 2;

/**
 * Freezes what is labelled now as the next version of a task's dataset. Left out are samples that
 * are disputed or none of the classes, those that straddle two sides, and those that were chosen
 * for what they show but stand on the test side (they look like something there): a test set holds
 * only what was drawn at random or imported.
 * @returns The number of the version: the last one's, when nothing has changed since.
 * @throws ControlPlaneError `DATASET_TOO_SMALL` for fewer than two classes, or one of which nothing
 * is on the training side; to train, also where nothing is on another side
 */
export async function freezeDataset(
  trx: Transaction<Tables>,
  { task, classes, by, toTrain = false }: NewVersion,
  now: EpochMillis,
): Promise<number> {
  if (classes.length < FEWEST_CLASSES) throw await datasetTooSmall(trx, task, classes);
  const { fingerprint, counts } = await measure(trx, task, classes);
  if (!teachesEachClass(counts)) throw await datasetTooSmall(trx, task, classes);
  if (toTrain) requireTrainable(task, counts.byClass);
  const last = await trx
    .selectFrom('dataset_versions')
    .select(['number', 'fingerprint', 'classes'])
    .where('task', '=', task)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const present = JSON.stringify(classes.filter((name) => Object.hasOwn(counts.byClass, name)));
  if (last?.fingerprint === fingerprint && last.classes === present) {
    await noteReturned(trx, task, last.number);
    return last.number;
  }
  const number = (last?.number ?? 0) + 1;
  await trx
    .insertInto('dataset_versions')
    .values({
      task,
      number,
      fingerprint,
      created_at: now,
      created_by: by,
      classes: present,
      counts: JSON.stringify(counts),
    })
    .execute();
  await copySamples(trx, task, number, classes);
  return number;
}

async function measure(trx: Transaction<Tables>, task: TaskId, classes: readonly string[]) {
  const fingerprint = new Fingerprint();
  const counter = new DatasetCounter();
  for (let after = '' as Sha256, more = true; more; ) {
    const rows = await trx
      .selectFrom('samples')
      .select(['sha256', 'label', 'side', 'origin'])
      .where('sha256', '>', after)
      .where((eb) => belongs(eb, task, classes))
      .orderBy('sha256')
      .limit(PAGE)
      .execute();
    for (const { sha256, label, side, origin } of rows) {
      const unbiased = side === 'test' && origin === 'random';
      const entry = { sha256, label: label as string, side, unbiased };
      fingerprint.add(entry);
      counter.add(entry);
    }
    after = rows.at(-1)?.sha256 ?? after;
    more = rows.length === PAGE;
  }
  return { fingerprint: fingerprint.digest(), counts: counter.counts(classes) };
}

/** All of it is here: pictures that went with a device have come again since. */
async function noteReturned(trx: Transaction<Tables>, task: TaskId, number: number): Promise<void> {
  await trx
    .updateTable('dataset_samples')
    .set({ removed_at: null })
    .where('task', '=', task)
    .where('number', '=', number)
    .where('removed_at', 'is not', null)
    .execute();
}

async function copySamples(
  trx: Transaction<Tables>,
  task: TaskId,
  number: number,
  classes: readonly string[],
): Promise<void> {
  await trx
    .insertInto('dataset_samples')
    .columns(['task', 'number', 'sha256', 'label', 'side', 'unbiased', 'device', 'camera'])
    .expression(
      trx
        .selectFrom('samples')
        .leftJoin('sightings as first', (join) =>
          join.on('first.id', '=', (eb) =>
            eb
              .selectFrom('sightings')
              .select(({ fn }) => fn.min<number>('sightings.id').as('id'))
              .whereRef('sightings.sample_id', '=', 'samples.id'),
          ),
        )
        .select((eb) => [
          'samples.task',
          eb.val(number).as('number'),
          'samples.sha256',
          'samples.label',
          'samples.side',
          eb
            .case()
            .when(eb.and([eb('samples.side', '=', 'test'), eb('samples.origin', '=', 'random')]))
            .then(1)
            .else(0)
            .end()
            .as('unbiased'),
          'first.device',
          'first.camera',
        ])
        .where((eb) => belongs(eb, task, classes)),
    )
    .execute();
}

/** What a version has: see `freezeDataset`. */
export function belongs(
  eb: ExpressionBuilder<Tables, 'samples'>,
  task: TaskId,
  classes: readonly string[],
): Expression<SqlBool> {
  return eb.and([
    eb('samples.task', '=', task),
    eb('samples.label', 'in', classes),
    eb('samples.straddles', '=', 0),
    eb.or([eb('samples.side', '!=', 'test'), eb('samples.origin', '!=', 'chosen')]),
  ]);
}

/** What a class is judged on teaches nothing of it: each has something on the training side. */
function teachesEachClass({ byClass }: DatasetCounts): boolean {
  const sides = Object.values(byClass);
  return sides.length >= FEWEST_CLASSES && sides.every(({ train }) => train > 0);
}
