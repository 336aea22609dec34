import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTopic, parseId } from '@edgeloop/protocol';
import type { StoreRecord } from '../../control-plane/src/store/record.ts';
import { StoreWriter } from '../../control-plane/src/store/write/store-writer.ts';
import type { BenchResult } from '../measure.ts';
import { type Kind, saidBy } from './said-by.ts';

const ROWS = 100_000;
const DEVICES = 100;
/** Of ingest: the largest batch that shares a commit. */
const BATCH = 1024;
/**
 * A device tells of its health so often as it is set from the factory, and is kept for at most so
 * long.
 */
const HEALTH = { every: 30, days: 15 };
const DAY = 86_400;

/** What a detection and a device's health take on disk, and how many a core stores in a second. */
export async function benchRows(): Promise<BenchResult> {
  const figures = [...(['frame', 'occurrence'] as const).map(measureDetections), measureHealth()];
  return { bench: 'rows', figures, bounds: [] };
}

function measureDetections(kind: Kind) {
  const records = Array.from({ length: ROWS }, (_, i) =>
    saidBy(i % DEVICES, kind, Math.floor(i / DEVICES) + 1),
  );
  const { bytes, seconds } = store(records);
  return {
    of: `detections, ${kind}`,
    rows: ROWS,
    rowsPerCoreSecond: Math.round(ROWS / seconds),
    bytesPerRow: Math.round(bytes / ROWS),
    messageBytes: meanBytes(records),
  };
}

/** Of one device, for as long as its history is kept. */
function measureHealth() {
  const count = (HEALTH.days * DAY) / HEALTH.every;
  const records = Array.from({ length: count }, (_, i) => saidBy(0, 'health', i + 1));
  const { bytes, seconds } = store(records);
  return {
    of: `health, ${HEALTH.days} days of a device`,
    rows: count,
    rowsPerCoreSecond: Math.round(count / seconds),
    bytesPerDevice: bytes,
    messageBytes: meanBytes(records),
  };
}

/** @returns by how much the file has grown, and what that took of a core */
function store(records: readonly StoreRecord[]): { bytes: number; seconds: number } {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  try {
    // What lies in the log beside the file comes into it when it is closed.
    new StoreWriter(folder).close();
    const file = join(folder, 'control-plane.sqlite');
    const empty = statSync(file).size;
    const writer = new StoreWriter(folder);
    // Of the processor's time: a machine that has other work writes no fewer rows in it.
    const before = process.cpuUsage();
    for (let from = 0; from < records.length; from += BATCH) {
      writer.commit(records.slice(from, from + BATCH));
    }
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    writer.close();
    return { bytes: statSync(file).size - empty, seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const meanBytes = (records: readonly StoreRecord[]) =>
  Math.round(records.reduce((sum, record) => sum + messageBytes(record), 0) / records.length);

/** Topic and payload; MQTT and TCP add some 60 bytes. */
function messageBytes({ name, site, device, message }: StoreRecord): number {
  const address = { site, device };
  const topic =
    name === 'detections'
      ? buildTopic('detections', { ...address, camera: parseId('camera', 'cam0') })
      : buildTopic('health', address);
  return topic.length + JSON.stringify(message).length;
}
