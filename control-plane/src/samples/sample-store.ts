import type { Look } from '@edgeloop/imaging';
import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { bandsOf } from './look.ts';
import { findNeighbours } from './neighbours.ts';
import { type Placement, placeSample } from './side.ts';
import { type Arrival, type KnownSample, originOf, type Sighting } from './sighting.ts';
import { guessOf, uncertaintyOfScores } from './uncertainty.ts';

/**
 * Of one sample; more are not noted. A camera that sends the same picture for ever fills nothing.
 */
const MOST_SIGHTINGS = 100;

export interface Admitted {
  readonly id: number;
  /** False: the same bytes were here, and were seen once more. */
  readonly isNew: boolean;
}

/** What is worth a label, of every task. Identical bytes are one sample of a task. */
export class SampleStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** Takes a picture in, or notes that it was seen again. What is told twice changes nothing. */
  admit({ task, sha256, bytes, picture, sighting }: Arrival): Promise<Admitted> {
    return this.#database.transaction().execute(async (trx) => {
      const known = await findKnown(trx, task, sha256);
      if (known) {
        await this.#seeAgain(trx, task, known, sighting);
        return { id: known.id, isNew: false };
      }
      const placement = await place(trx, task, sha256, picture.look, sighting);
      const { id } = await trx
        .insertInto('samples')
        .values({
          task,
          sha256,
          bytes,
          origin: originOf(sighting),
          received_at: this.#now(),
          type: picture.type,
          width: picture.width,
          height: picture.height,
          look: picture.look,
          group_id: placement.group,
          side: placement.side,
          straddles: placement.straddles ? 1 : 0,
          uncertainty: uncertaintyOfScores(sighting.scores),
          guess: guessOf(sighting.scores),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await this.#addSighting(trx, task, id, sighting);
      await rememberLook(trx, task, picture.look, sighting, placement);
      return { id, isNew: true };
    });
  }

  /** Notes that a picture which is here was seen again. False: it is not here. */
  sight(task: TaskId, sha256: Sha256, sighting: Sighting): Promise<boolean> {
    return this.#database.transaction().execute(async (trx) => {
      const known = await findKnown(trx, task, sha256);
      if (known) await this.#seeAgain(trx, task, known, sighting);
      return known !== null;
    });
  }

  async #seeAgain(
    trx: Transaction<Tables>,
    task: TaskId,
    known: KnownSample,
    sighting: Sighting,
  ): Promise<void> {
    if (await isNothingNew(trx, known.id, sighting)) return;
    if (sighting.kind === 'device' && !known.straddles) {
      const neighbours = await findNeighbours(trx, task, known.look, sighting);
      const straddles = neighbours.some(({ side }) => side !== known.side);
      if (straddles) {
        await trx.updateTable('samples').set({ straddles: 1 }).where('id', '=', known.id).execute();
      }
      await rememberLook(trx, task, known.look, sighting, { ...known, straddles });
    }
    await this.#addSighting(trx, task, known.id, sighting);
  }

  async #addSighting(
    trx: Transaction<Tables>,
    task: TaskId,
    sample: number,
    sighting: Sighting,
  ): Promise<void> {
    await keepEmbedding(trx, sample, sighting);
    const { model, source, scores } = sighting;
    const seen = {
      sample_id: sample,
      task,
      received_at: this.#now(),
      model,
      source,
      scores: JSON.stringify(scores),
    };
    const nowhere = { site: null, device: null, camera: null, slot: null };
    await trx
      .insertInto('sightings')
      .values(
        sighting.kind === 'device'
          ? {
              ...seen,
              site: sighting.site,
              device: sighting.device,
              camera: sighting.camera,
              slot: sighting.slot,
              captured_at: sighting.capturedAt,
              burst: sighting.burst,
              reasons: JSON.stringify(sighting.reasons),
              imported_by: null,
            }
          : {
              ...seen,
              ...nowhere,
              captured_at: null,
              burst: null,
              reasons: '[]',
              imported_by: sighting.by,
            },
      )
      .execute();
  }
}

async function findKnown(
  trx: Transaction<Tables>,
  task: TaskId,
  sha256: Sha256,
): Promise<KnownSample | null> {
  const row = await trx
    .selectFrom('samples')
    .select(['id', 'look', 'group_id as group', 'side', 'straddles'])
    .where('task', '=', task)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row ? { ...row, straddles: row.straddles === 1 } : null;
}

/** A device repeats what it does not know to have arrived; an import is run again. */
async function isNothingNew(
  trx: Transaction<Tables>,
  sample: number,
  sighting: Sighting,
): Promise<boolean> {
  const sightings = trx.selectFrom('sightings').select('id').where('sample_id', '=', sample);
  const same =
    sighting.kind === 'device'
      ? sightings
          .where('device', '=', sighting.device)
          .where('camera', '=', sighting.camera)
          .where('captured_at', '=', sighting.capturedAt)
      : sightings.where('imported_by', 'is not', null);
  if (await same.limit(1).executeTakeFirst()) return true;
  return (await sightings.limit(MOST_SIGHTINGS).execute()).length === MOST_SIGHTINGS;
}

async function place(
  trx: Transaction<Tables>,
  task: TaskId,
  sha256: Sha256,
  look: Look,
  sighting: Sighting,
): Promise<Placement> {
  if (sighting.kind === 'device') {
    const neighbours = await findNeighbours(trx, task, look, sighting);
    return placeSample(sha256, originOf(sighting), neighbours);
  }
  if (sighting.side === null) return placeSample(sha256, 'imported', []);
  return { group: sha256, side: sighting.side, straddles: false };
}

async function keepEmbedding(
  trx: Transaction<Tables>,
  sample: number,
  sighting: Sighting,
): Promise<void> {
  if (sighting.kind !== 'device' || !sighting.embedding) return;
  const newest = { model: sighting.model, packed: sighting.embedding };
  await trx
    .insertInto('sample_embeddings')
    .values({ sample_id: sample, ...newest })
    .onConflict((conflict) => conflict.column('sample_id').doUpdateSet(newest))
    .execute();
}

async function rememberLook(
  trx: Transaction<Tables>,
  task: TaskId,
  look: Look,
  sighting: Sighting,
  { group, side, straddles }: Placement,
): Promise<void> {
  if (sighting.kind !== 'device' || straddles) return;
  const [band_0, band_1, band_2, band_3] = bandsOf(look);
  await trx
    .insertInto('looks')
    .values({
      task,
      device: sighting.device,
      look,
      group_id: group,
      side,
      band_0,
      band_1,
      band_2,
      band_3,
    })
    .onConflict((conflict) => conflict.columns(['task', 'device', 'look']).doNothing())
    .execute();
}
