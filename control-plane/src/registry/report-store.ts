import { type EpochMillis, type Sha256, timestamp } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { ModelDetails } from '../resources/model.ts';
import { modelNotFound } from './model-store.ts';

export interface ReportStoreOptions {
  readonly database: Database;
  readonly artifacts: Pick<Artifacts, 'find' | 'giveUp' | 'remove'>;
  readonly now: () => EpochMillis;
}

/** The pictures of the worst mistakes take the most of it. */
const MAX_BYTES = 32 * 2 ** 20;

/** What trainers wrote about their trainings: a page for people, one a model. */
export class ReportStore {
  readonly #options: ReportStoreOptions;

  constructor(options: ReportStoreOptions) {
    this.#options = options;
  }

  /** The page; null: none was brought. */
  async find(
    digest: Sha256,
  ): Promise<{ sha256: Sha256; bytes: number; brought_at: number } | null> {
    const row = await this.#options.database
      .selectFrom('model_reports')
      .select(['sha256', 'bytes', 'brought_at'])
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row ?? null;
  }

  /** As the API tells it. */
  async view(digest: Sha256): Promise<ModelDetails['report']> {
    const found = await this.find(digest);
    return found && { bytes: found.bytes, broughtAt: timestamp(found.brought_at) };
  }

  /**
   * Takes a page that was uploaded; the one before goes.
   * @throws ControlPlaneError `NOT_FOUND` for the model or the page, `UPLOAD_TOO_LARGE`
   */
  async set(digest: Sha256, sha256: Sha256): Promise<void> {
    const { database, artifacts, now } = this.#options;
    const bytes = await artifacts.find(sha256);
    if (bytes === null) {
      const message = `Expected a page that is here, received ${sha256}. Bring it by /api/uploads first.`;
      throw new ControlPlaneError('NOT_FOUND', message);
    }
    if (bytes > MAX_BYTES) {
      const message = `Expected a page of at most ${MAX_BYTES} bytes, received ${bytes}.`;
      throw new ControlPlaneError('UPLOAD_TOO_LARGE', message);
    }
    const before = await database.transaction().execute(async (trx) => {
      const model = await trx
        .selectFrom('model_versions')
        .select('digest')
        .where('digest', '=', digest)
        .executeTakeFirst();
      if (!model) throw modelNotFound(digest);
      const replaced = await trx
        .deleteFrom('model_reports')
        .where('digest', '=', digest)
        .returning('sha256')
        .executeTakeFirst();
      if (replaced) await artifacts.giveUp([replaced.sha256]);
      const row = { digest, sha256, bytes, brought_at: now() };
      await trx.insertInto('model_reports').values(row).execute();
      return replaced?.sha256;
    });
    if (before !== undefined && before !== sha256) await artifacts.remove(before);
  }
}
