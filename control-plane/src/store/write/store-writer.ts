import type { Database } from '@edgeloop/sqlite';
import type { PostgresUrl } from '../../database/postgres/connect-postgres.ts';
import { chooseDatabase, markOnPostgres } from '../chosen-database.ts';
import { lockFolder, lockIngest } from '../lock-folder.ts';
import { openForIngest, openForWriting } from '../open-database.ts';
import type { CommitResult, StoreRecord, Watermark } from '../record.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import type { SqliteDatabase } from '../sql/sqlite-database.ts';
import type { StoreShare } from '../store-calls.ts';
import { BatchCommit, type StoreTables } from './batch-commit.ts';
import { BootTable } from './boot-table.ts';
import { DetectionTable } from './detection-table.ts';
import { DeviceTable } from './device-table.ts';
import { type Fence, FenceTable } from './fence-table.ts';
import { FigureTable } from './figure-table.ts';
import { HealthHistoryTable } from './health-history-table.ts';
import { HealthTable } from './health-table.ts';
import { type DetectionBounds, removeDetections } from './remove-detections.ts';
import { RunTable } from './run-table.ts';
import { ShadowTable } from './shadow-table.ts';
import { StreamTable } from './stream-table.ts';

/** The one writer of the store. Blocks: lives in a thread of its own. */
export class StoreWriter {
  readonly #locks: readonly Database[];
  readonly #database: SqlDatabase;
  readonly #tables: StoreTables;
  readonly #fences: FenceTable;

  /**
   * @throws ControlPlaneError `DATA_IN_USE`, `DATA_NEWER`, `DATA_OLDER`, `DATA_UNUSABLE`; an error
   * of the engine or the system
   */
  constructor(folder: string, url: PostgresUrl | null = null, share: StoreShare = 'whole') {
    this.#locks = lock(folder, share);
    try {
      chooseDatabase(folder, url);
      this.#database =
        share === 'ingest' ? openForIngest(folder, url) : openForWriting(folder, url, share);
      if (url !== null) markOnPostgres(folder);
    } catch (error) {
      for (const held of this.#locks) held.close();
      throw error;
    }
    this.#fences = new FenceTable(this.#database);
    const boots = new BootTable(this.#database);
    const figures = new FigureTable(this.#database);
    const history = new HealthHistoryTable(this.#database);
    this.#tables = {
      devices: new DeviceTable(this.#database),
      streams: new StreamTable(this.#database),
      detections: new DetectionTable(this.#database),
      boots,
      figures,
      health: new HealthTable(this.#database, { boots, figures, history }),
      shadows: new ShadowTable(this.#database),
      runs: new RunTable(this.#database),
    };
  }

  /** All of it or nothing; on disk when it returns. */
  commit(records: readonly StoreRecord[], fence: Fence | null = null): CommitResult {
    const batch = new BatchCommit(this.#tables);
    return this.#within(fence, () => batch.run(records));
  }

  /** Of each device, the stream that it used last. */
  watermarks(): Watermark[] {
    return this.#tables.streams.latest();
  }

  forgetStates(fence: Fence | null = null): void {
    this.#within(fence, () => {
      this.#tables.figures.forgetStates();
      this.#tables.devices.forgetStates();
    });
  }

  /** @returns how many were removed */
  removeDetections(bounds: DetectionBounds): number {
    return this.#database.write(() => removeDetections(this.#database, bounds));
  }

  /**
   * Whether it has what it keeps from others.
   * @throws ControlPlaneError `DATA_IN_USE`; an error of the engine
   */
  confirm(): void {
    this.#database.prepare('SELECT 1').get();
  }

  /** SQLite's own limit on the file, for tests of a full disk. */
  limitPages(pages: number): void {
    (this.#database as SqliteDatabase).native.pragma(`max_page_count = ${pages}`);
  }

  close(): void {
    this.#database.close();
    for (const held of this.#locks) held.close();
  }

  #within<Result>(fence: Fence | null, work: () => Result): Result {
    return this.#database.write(() => {
      if (fence) this.#fences.check(fence);
      return work();
    });
  }
}

/** @returns what is to be closed at the end */
function lock(folder: string, share: StoreShare): Database[] {
  if (share === 'ingest') return [lockIngest(folder, 'shared')];
  const own = lockFolder(folder);
  if (share === 'api') return [own];
  try {
    return [own, lockIngest(folder, 'alone')];
  } catch (error) {
    own.close();
    throw error;
  }
}
