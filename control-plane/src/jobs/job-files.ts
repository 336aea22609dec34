import type { EpochMillis, JobCheckpoint, JobId, LeaseId, Sha256 } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import { findJob, type JobStoreOptions } from './job-store.ts';
import { checkLease } from './leases.ts';

export interface JobFilesOptions extends JobStoreOptions {
  readonly giveUp: Artifacts['giveUp'];
}

/**
 * Which files jobs refer to: those of the last checkpoint, and what trainers bring. They are
 * artifacts of jobs alone, so that nothing a trainer says takes away a sample or a model.
 */
export class JobFiles {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #giveUp: Artifacts['giveUp'];

  constructor({ database, now, giveUp }: JobFilesOptions) {
    this.#database = database;
    this.#now = now;
    this.#giveUp = giveUp;
  }

  /** A file that is about to come. @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async expect(
    id: JobId,
    lease: LeaseId,
    { sha256, bytes }: { readonly sha256: Sha256; readonly bytes: number },
  ): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      checkLease(await findJob(trx, id), lease);
      await trx
        .insertInto('job_files')
        .values({ job_id: id, sha256, bytes, begun_at: this.#now(), path: null, taken_at: null })
        .onConflict((conflict) => conflict.columns(['job_id', 'sha256']).doNothing())
        .execute();
    });
  }

  /** @throws ControlPlaneError `NOT_FOUND` for a file that the job was not brought */
  async require(id: JobId, sha256: Sha256): Promise<{ readonly bytes: number }> {
    const row = await this.#database
      .selectFrom('job_files')
      .select('bytes')
      .where('job_id', '=', id)
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (row) return row;
    throw notBrought(id, sha256);
  }

  /**
   * Puts a checkpoint in the place of the one before. All of its files are here already.
   * @returns digests of files that no job refers to any more
   * @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST`
   */
  async saveCheckpoint(id: JobId, lease: LeaseId, files: JobCheckpoint): Promise<Sha256[]> {
    return this.#database.transaction().execute(async (trx) => {
      checkLease(await findJob(trx, id), lease);
      for (const { path, sha256 } of files) {
        const { numUpdatedRows } = await trx
          .updateTable('job_files')
          .set({ path, taken_at: this.#now() })
          .where('job_id', '=', id)
          .where('sha256', '=', sha256)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) throw notBrought(id, sha256);
      }
      return this.#drop(trx, id, new Set(files.map(({ sha256 }) => sha256)));
    });
  }

  /** Null: it begins at the beginning. */
  async checkpoint(id: JobId): Promise<JobCheckpoint | null> {
    const files = await this.#database
      .selectFrom('job_files')
      .select(['path', 'sha256', 'bytes'])
      .where('job_id', '=', id)
      .where('path', 'is not', null)
      .orderBy('path')
      .execute();
    return files.length === 0 ? null : (files as JobCheckpoint);
  }

  /**
   * Forgets files of jobs that are of no use any more: at once where a model is, later where a
   * person may want to try again.
   * @returns digests that no job refers to any more
   */
  async dropOf(endedBefore: EpochMillis): Promise<Sha256[]> {
    const rows = await withUselessFiles(this.#database, endedBefore).execute();
    const freed: Sha256[] = [];
    for (const { id } of rows) {
      const dropped = await this.#database.transaction().execute(async (trx) => {
        // It may have been tried again meanwhile.
        const still = withUselessFiles(trx, endedBefore).where('jobs.id', '=', id);
        return (await still.executeTakeFirst()) ? this.#drop(trx, id, new Set()) : [];
      });
      freed.push(...dropped);
    }
    return freed;
  }

  async #drop(trx: Database, id: JobId, kept: ReadonlySet<Sha256>): Promise<Sha256[]> {
    const freed = await drop(trx, id, kept);
    await this.#giveUp(freed);
    return freed;
  }
}

/** Jobs that have files, and will not need them. */
const withUselessFiles = (database: Database, endedBefore: EpochMillis) =>
  database
    .selectFrom('jobs')
    .innerJoin('job_files', 'job_files.job_id', 'jobs.id')
    .select('jobs.id')
    .distinct()
    .where('jobs.active_key', 'is', null)
    .where((is) =>
      is.or([is('jobs.state', '=', 'succeeded'), is('jobs.ended_at', '<', endedBefore)]),
    );

async function drop(trx: Database, id: JobId, kept: ReadonlySet<Sha256>): Promise<Sha256[]> {
  const rows = await trx
    .selectFrom('job_files')
    .select('sha256')
    .where('job_id', '=', id)
    .execute();
  const freed: Sha256[] = [];
  for (const { sha256 } of rows) {
    if (kept.has(sha256)) continue;
    await trx
      .deleteFrom('job_files')
      .where('job_id', '=', id)
      .where('sha256', '=', sha256)
      .execute();
    const other = await trx
      .selectFrom('job_files')
      .select('job_id')
      .where('sha256', '=', sha256)
      .limit(1)
      .executeTakeFirst();
    if (!other) freed.push(sha256);
  }
  return freed;
}

function notBrought(id: JobId, sha256: Sha256): ControlPlaneError {
  const message = `Expected a file that job ${id} was brought, received ${sha256}. Upload it first.`;
  return new ControlPlaneError('NOT_FOUND', message);
}
