import type { Database } from '@edgeloop/sqlite';
import { lockFolder, openForWriting } from '../open-database.ts';
import type { CommitResult, StoreRecord, Watermark } from '../record.ts';
import { BatchCommit, type StoreTables } from './batch-commit.ts';
import { BootTable } from './boot-table.ts';
import { DetectionTable } from './detection-table.ts';
import { DeviceTable } from './device-table.ts';
import { FigureTable } from './figure-table.ts';
import { HealthHistoryTable } from './health-history-table.ts';
import { HealthTable } from './health-table.ts';
import { type DetectionBounds, removeDetections } from './remove-detections.ts';
import { RunTable } from './run-table.ts';
import { ShadowTable } from './shadow-table.ts';
import { StreamTable } from './stream-table.ts';

/** The one writer of the store. Blocks: lives in a thread of its own. */
export class StoreWriter {
  readonly #lock: Database;
  readonly #database: Database;
  readonly #tables: StoreTables;

  /** @throws ControlPlaneError `DATA_IN_USE`, `DATA_NEWER`; SqliteError or a system error when the folder can't be used */
  constructor(folder: string) {
    this.#lock = lockFolder(folder);
    try {
      this.#database = openForWriting(folder);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    const boots = new BootTable(this.#database);
    const figures = new FigureTable(this.#database);
    const history = new HealthHistoryTable(this.#database);
    this.#tables = {
      devices: new DeviceTable(this.#database),
      streams: new StreamTable(this.#database),
      detections: new DetectionTable(this.#database),
      ...{ boots, figures },
      health: new HealthTable(this.#database, { boots, figures, history }),
      shadows: new ShadowTable(this.#database),
      runs: new RunTable(this.#database),
    };
  }

  /** All of it or nothing; on disk when it returns. */
  commit(records: readonly StoreRecord[]): CommitResult {
    const batch = new BatchCommit(this.#tables);
    return this.#database.transaction(() => batch.run(records)).immediate();
  }

  /** Of each device, the stream that it used last. */
  watermarks(): Watermark[] {
    return this.#tables.streams.latest();
  }

  forgetStates(): void {
    this.#database
      .transaction(() => {
        this.#tables.figures.forgetStates();
        this.#tables.devices.forgetStates();
      })
      .immediate();
  }

  /** @returns how many were removed */
  removeDetections(bounds: DetectionBounds): number {
    return removeDetections(this.#database, bounds);
  }

  /** SQLite's own limit on the file, for tests of a full disk. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${pages}`);
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }
}
