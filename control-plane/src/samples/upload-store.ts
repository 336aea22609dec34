import {
  type DeviceId,
  type EpochMillis,
  type Millis,
  type SampleRecord,
  type SiteId,
  seconds,
  type TaskId,
} from '@edgeloop/protocol';
import type { UploadId } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';

/** What a device said of a picture whose bytes are not all here. */
export interface PendingSample {
  readonly device: DeviceId;
  readonly site: SiteId;
  readonly task: TaskId;
  readonly record: SampleRecord;
}

/** Longer than the upload itself is kept. */
const KEPT_FOR: Millis = seconds(30 * 24 * 3600);

/**
 * Pictures on their way; what was given up is forgotten after a month. As many as `Artifacts` lets
 * begin.
 */
export class UploadStore {
  readonly #database: Database;
  readonly #time: BoundedTime;

  constructor({ database, time }: { database: Database; time: BoundedTime }) {
    this.#database = database;
    this.#time = time;
  }

  async keep(upload: UploadId, { device, site, task, record }: PendingSample): Promise<void> {
    const begun_at = this.#time.latest();
    const said = { site, record: JSON.stringify(record), begun_at };
    await this.#database
      .deleteFrom('sample_uploads')
      .where('begun_at', '<', (this.#time.earliest() - KEPT_FOR) as EpochMillis)
      .execute();
    await this.#database
      .insertInto('sample_uploads')
      .values({ upload, device, task, ...said })
      .onConflict((conflict) => conflict.columns(['upload', 'task']).doUpdateSet(said))
      .execute();
  }

  /** One for each task that the picture was offered to. */
  async of(upload: UploadId): Promise<PendingSample[]> {
    const rows = await this.#database
      .selectFrom('sample_uploads')
      .select(['device', 'site', 'task', 'record'])
      .where('upload', '=', upload)
      .orderBy('task')
      .execute();
    return rows.map((row) => ({ ...row, record: JSON.parse(row.record) as SampleRecord }));
  }

  async remove(upload: UploadId): Promise<void> {
    await this.#database.deleteFrom('sample_uploads').where('upload', '=', upload).execute();
  }
}
