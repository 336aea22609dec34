import type { EpochMillis, Sha256 } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/**
 * Removes samples with all that was said of them; datasets that have them say so.
 * @returns The digests of pictures that no sample of any task refers to any more.
 */
export async function removeSamples(
  trx: Transaction<Tables>,
  samples: readonly number[],
  now: EpochMillis,
): Promise<readonly Sha256[]> {
  const pictures: Sha256[] = [];
  for (const sample of samples) {
    await trx.deleteFrom('sightings').where('sample_id', '=', sample).execute();
    await trx.deleteFrom('sample_embeddings').where('sample_id', '=', sample).execute();
    const events = trx.deleteFrom('label_events').where('sample_id', '=', sample);
    // An undo refers to what it takes back.
    await events.where('undoes', 'is not', null).execute();
    await events.execute();
    const { task, sha256 } = await trx
      .deleteFrom('samples')
      .where('id', '=', sample)
      .returning(['task', 'sha256'])
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('dataset_samples')
      .set({ removed_at: now })
      .where('task', '=', task)
      .where('sha256', '=', sha256)
      .execute();
    const inOtherTask = await trx
      .selectFrom('samples')
      .select('id')
      .where('sha256', '=', sha256)
      .limit(1)
      .executeTakeFirst();
    if (!inOtherTask) pictures.push(sha256);
  }
  return pictures;
}
