import type { StreamId } from '@edgeloop/protocol';
import type { CommitResult, RecordOf, StoreRecord } from '../record.ts';
import type { BootTable } from './boot-table.ts';
import type { DetectionTable } from './detection-table.ts';
import type { DeviceTable } from './device-table.ts';
import type { FigureTable } from './figure-table.ts';
import type { HealthTable } from './health-table.ts';
import { placeInStream } from './place-in-stream.ts';
import type { RunTable } from './run-table.ts';
import type { ShadowTable } from './shadow-table.ts';
import { type OpenStream, type StreamTable, streamKey } from './stream-table.ts';

/** What a batch is written to. */
export interface StoreTables {
  readonly devices: DeviceTable;
  readonly streams: StreamTable;
  readonly detections: DetectionTable;
  readonly boots: BootTable;
  readonly figures: FigureTable;
  readonly health: HealthTable;
  readonly shadows: ShadowTable;
  readonly runs: RunTable;
}

/** One batch within its transaction: what it touched, and what became of it. */
export class BatchCommit {
  readonly #tables: StoreTables;
  #touched: ReadonlyMap<string, OpenStream> = new Map();
  readonly #counts = { stored: 0, duplicates: 0, early: 0, tombstones: 0, surplus: 0 };

  constructor(tables: StoreTables) {
    this.#tables = tables;
  }

  run(records: readonly StoreRecord[]): CommitResult {
    const { devices, figures, streams, detections, health, shadows, runs, boots } = this.#tables;
    const ids = devices.see(records);
    figures.see(records, ids);
    this.#touched = streams.open(records, ids);
    detections.begin();
    health.see(records, ids);
    shadows.see(records, ids);
    runs.see(records, ids);
    boots.begin();
    for (const record of records) this.#store(ids.get(record.device) as number, record);
    const watermarks = Array.from(this.#touched.values(), (stream) => streams.save(stream));
    streams.finish();
    boots.finish();
    runs.finish();
    return { ...this.#counts, watermarks };
  }

  #store(deviceId: number, record: StoreRecord): void {
    switch (record.name) {
      case 'detections':
        this.#storeDetection(deviceId, record);
        break;
      case 'tombstones':
        this.#storeTombstone(deviceId, record);
        break;
      case 'status':
        this.#storeStatus(deviceId, record);
        break;
      case 'reported':
        this.#tables.devices.setReported(deviceId, record);
        this.#tables.runs.set(deviceId, record);
        break;
      case 'health':
        this.#tables.health.set(deviceId, record);
        break;
      case 'shadow':
        this.#tables.shadows.set(deviceId, record);
        break;
      case 'state':
        if (!this.#tables.devices.setCameraState(deviceId, record)) this.#counts.surplus += 1;
        break;
    }
  }

  #storeStatus(deviceId: number, record: RecordOf<'status'>): void {
    const { state, bootId } = record.message;
    this.#tables.devices.setStatus(deviceId, record);
    // The will may be that of a connection which another has replaced.
    if (state === 'online') this.#tables.boots.see(deviceId, bootId, record.receivedAt);
  }

  #storeDetection(deviceId: number, record: RecordOf<'detections'>): void {
    const { seq } = record.message;
    const stream = this.#stream(deviceId, record.message.stream);
    if (!this.#isNext(stream, seq, seq)) return;
    this.#tables.detections.insert(deviceId, stream.id as number, record);
    stream.through = seq;
    stream.stored += 1;
    this.#counts.stored += 1;
  }

  #storeTombstone(deviceId: number, record: RecordOf<'tombstones'>): void {
    const { message, receivedAt } = record;
    const stream = this.#stream(deviceId, message.stream);
    if (!this.#isNext(stream, message.from, message.to)) return;
    // What is stored already was not lost.
    const from = stream.through + 1;
    this.#tables.streams.addTombstone(stream.id as number, { ...message, from }, receivedAt);
    stream.through = message.to;
    this.#counts.tombstones += 1;
  }

  #isNext(stream: OpenStream, from: number, to: number): boolean {
    const place = placeInStream(stream.through, from, to);
    stream.gap = place === 'early';
    if (place === 'known') this.#counts.duplicates += 1;
    if (place === 'early') this.#counts.early += 1;
    if (place !== 'next') return false;
    if (stream.id === null) this.#counts.surplus += 1;
    return stream.id !== null;
  }

  #stream(deviceId: number, stream: StreamId): OpenStream {
    return this.#touched.get(streamKey(deviceId, stream)) as OpenStream;
  }
}
