import type { DeviceId, StreamId } from '@edgeloop/protocol';
import type { Database } from 'better-sqlite3';
import { lockFolder, openForWriting } from '../open-database.ts';
import type { CommitResult, RecordOf, StoreRecord, Watermark } from '../record.ts';
import { DetectionTable } from './detection-table.ts';
import { DeviceTable } from './device-table.ts';
import { type OpenStream, StreamTable } from './stream-table.ts';

/** The one writer of the store. Blocks: lives in a thread of its own. */
export class StoreWriter {
  readonly #lock: Database;
  readonly #database: Database;
  readonly #devices: DeviceTable;
  readonly #streams: StreamTable;
  readonly #detections: DetectionTable;

  /** @throws ControlPlaneError `DATA_IN_USE`, `DATA_NEWER`; SqliteError or a system error when the folder can't be used */
  constructor(folder: string) {
    this.#lock = lockFolder(folder);
    try {
      this.#database = openForWriting(folder);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    this.#devices = new DeviceTable(this.#database);
    this.#streams = new StreamTable(this.#database);
    this.#detections = new DetectionTable(this.#database);
  }

  /** All of it or nothing; on disk when it returns. */
  commit(records: readonly StoreRecord[]): CommitResult {
    return this.#database.transaction(() => this.#commit(records)).immediate();
  }

  /** Of each device, the stream that it used last. */
  watermarks(): Watermark[] {
    return this.#streams.latest();
  }

  forgetStates(): void {
    this.#devices.forgetStates();
  }

  /** SQLite's own limit on the file, for tests of a full disk. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${pages}`);
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }

  #commit(records: readonly StoreRecord[]): CommitResult {
    const ids = this.#devices.see(records);
    const touched = new Map<string, OpenStream>();
    const counts = { stored: 0, duplicates: 0, tombstones: 0 };
    for (const record of records) {
      const id = ids.get(record.device) as number;
      switch (record.name) {
        case 'detections': {
          const stream = this.#stream(touched, id, record, record.message.stream);
          if (this.#detections.insert(id, stream, record)) counts.stored += 1;
          else counts.duplicates += 1;
          break;
        }
        case 'tombstones':
          if (this.#addTombstone(touched, id, record)) counts.tombstones += 1;
          break;
        case 'status':
          this.#devices.setStatus(id, record);
          break;
        case 'reported':
          this.#devices.setReported(id, record);
          break;
        case 'health':
          this.#devices.setHealth(id, record);
          break;
        case 'state':
          this.#devices.setCameraState(id, record);
          break;
      }
    }
    const watermarks = Array.from(touched.values(), (stream) => this.#streams.settle(stream));
    return { ...counts, watermarks };
  }

  #addTombstone(
    touched: Map<string, OpenStream>,
    id: number,
    record: RecordOf<'tombstones'>,
  ): boolean {
    const { stream, from, to, reason } = record.message;
    const open = this.#stream(touched, id, record, stream);
    return this.#streams.addTombstone(open, { from, to }, reason, record.receivedAt);
  }

  #stream(
    touched: Map<string, OpenStream>,
    deviceId: number,
    { site, device, receivedAt }: StoreRecord,
    stream: StreamId,
  ): OpenStream {
    const key = keyOf(device, stream);
    const known = touched.get(key);
    if (known) return known;
    const opened = this.#streams.open(deviceId, { site, device }, stream, receivedAt);
    touched.set(key, opened);
    return opened;
  }
}

const keyOf = (device: DeviceId, stream: StreamId) => `${device} ${stream}`;
