import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { removeSamples } from './remove-samples.ts';

/** Samples of one transaction: detections are written to the same file and must not wait long. */
const BATCH = 100;

interface RemovalParts {
  readonly database: Database;
  readonly now: () => EpochMillis;
  readonly artifacts: Pick<Artifacts, 'giveUp' | 'remove'>;
}

/**
 * Forgets what a device saw. A picture that nobody else saw goes, with its labels; datasets that
 * have it say so. After a kill it is to be called again.
 * @returns how many samples went
 */
export async function removeDeviceSamples(
  { database, now, artifacts }: RemovalParts,
  device: DeviceId,
): Promise<number> {
  let removed = 0;
  const forgetUploads = () =>
    database.deleteFrom('sample_uploads').where('device', '=', device).execute();
  // First, too: one whose last byte comes meanwhile is no sample any more.
  await forgetUploads();
  for (let more = true; more; ) {
    const batch = await database.transaction().execute(async (trx) => {
      const seen = await takeSightings(trx, device);
      const unseen: number[] = [];
      for (const sample of seen) if (!(await isSeen(trx, sample))) unseen.push(sample);
      const pictures = await removeSamples(trx, unseen, now());
      await artifacts.giveUp(pictures);
      return { count: unseen.length, pictures, more: seen.length > 0 };
    });
    for (const sha256 of batch.pictures) await artifacts.remove(sha256);
    removed += batch.count;
    more = batch.more;
  }
  await database.deleteFrom('looks').where('device', '=', device).execute();
  await forgetUploads();
  return removed;
}

async function takeSightings(trx: Transaction<Tables>, device: DeviceId): Promise<number[]> {
  const seen = await trx
    .selectFrom('sightings')
    .select('sample_id')
    .distinct()
    .where('device', '=', device)
    .orderBy('sample_id')
    .limit(BATCH)
    .execute();
  const samples = seen.map(({ sample_id }) => sample_id);
  if (samples.length > 0) {
    await trx
      .deleteFrom('sightings')
      .where('device', '=', device)
      .where('sample_id', 'in', samples)
      .execute();
  }
  return samples;
}

async function isSeen(trx: Transaction<Tables>, sample: number): Promise<boolean> {
  const sighting = await trx
    .selectFrom('sightings')
    .select('id')
    .where('sample_id', '=', sample)
    .limit(1)
    .executeTakeFirst();
  return sighting !== undefined;
}
