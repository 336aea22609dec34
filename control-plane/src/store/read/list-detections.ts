import type { DeviceId, Sha256, SiteId, StreamId } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type {
  DetectionFilters,
  DetectionPage,
  DetectionQuery,
  StoredDetection,
} from '../../resources/detection.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { conditionsOf } from './detection-filters.ts';
import { indexed, ORDERS, type Order, type Position, windowEnd } from './detection-orders.ts';

interface DetectionRow {
  id: number;
  stream: StreamId;
  seq: number;
  device: DeviceId;
  site: SiteId;
  camera: string;
  slot: string;
  model: Sha256;
  type: string;
  label: string;
  score: number;
  captured_at: number;
  received_at: number;
  body: string;
}

/** Rows that one call looks at: other readers, and rollouts with them, wait as long. */
const MOST_LOOKED_AT = 100_000;
/** Of these the first. Mostly they are enough, and to find where they end takes no time. */
const FIRST_LOOKED_AT = 5000;

/**
 * Detections that fit every filter, a page at a time. A row is on no page twice, whatever is stored
 * meanwhile; in the order `stored` none is ever missed, also one that comes late. Where no index
 * has the filters a page may be short or empty, and the next goes on behind what was looked at.
 * @param most looks at so many rows, about
 * @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor
 */
export function listDetections(
  database: SqlDatabase,
  { order = 'newest', cursor, limit, ...asked }: DetectionQuery & { limit: number },
  most = MOST_LOOKED_AT,
): DetectionPage {
  const filters = withDevice(database, asked);
  const by = indexed(filters, order);
  const isIndexed = Object.keys(filters).length === Object.keys(by).length;
  const rows: DetectionRow[] = [];
  let after: Position | null = cursor
    ? decodeCursor(order, ['number', 'number'] as const, cursor)
    : null;
  for (const size of isIndexed ? [null] : [Math.min(FIRST_LOOKED_AT, most), most]) {
    const through = size === null ? null : windowEnd(database, { order, by, after, size });
    const range = { after, through, limit: limit - rows.length };
    const found = readRange(database, { order, filters, by }, range);
    rows.push(...found);
    const last = found.at(-1);
    if (last && rows.length === limit) return page(rows, order, [last.captured_at, last.id]);
    if (through === null) {
      // What is stored later is behind the last.
      const end = last ? ([0, last.id] as const) : (after ?? ([0, 0] as const));
      return page(rows, order, order === 'stored' ? end : null);
    }
    after = through;
  }
  return page(rows, order, after);
}

/**
 * A stream is that of one device, by which its rows are found; a word that several say is looked
 * for among all.
 */
function withDevice(database: SqlDatabase, filters: DetectionFilters): DetectionFilters {
  if (filters.stream === undefined || filters.device !== undefined) return filters;
  const devices = database
    .prepare<[StreamId], DeviceId>(
      'SELECT device FROM streams s JOIN devices ON devices.id = s.device_id WHERE stream = ? LIMIT 2',
    )
    .pluck()
    .all(filters.stream);
  return devices.length === 1 ? { ...filters, device: devices[0] as DeviceId } : filters;
}

interface RowQuery {
  readonly order: Order;
  readonly filters: DetectionFilters;
  /** By which of them rows are found. */
  readonly by: DetectionFilters;
}

interface Range {
  readonly after: Position | null;
  readonly through: Position | null;
  readonly limit: number;
}

function readRange(
  database: SqlDatabase,
  { order, filters, by }: RowQuery,
  { after, through, limit }: Range,
): DetectionRow[] {
  const { conditions, parameters } = conditionsOf(filters, by);
  const where = [
    ...conditions,
    ...(after ? [ORDERS[order].beyond] : []),
    ...(through ? [ORDERS[order].through] : []),
  ];
  return database
    .prepare<(string | number)[], DetectionRow>(
      `SELECT d.*, device, stream, digest AS model FROM detections d
       JOIN devices ON devices.id = d.device_id
       JOIN streams ON streams.id = d.stream_id
       JOIN models ON models.id = d.model_id
       ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
       ORDER BY ${ORDERS[order].by} LIMIT ?`,
    )
    .all(...parameters, ...(after ?? []), ...(through ?? []), limit);
}

/** In the order `stored` there is always a next page: what will be stored later. */
function page(rows: readonly DetectionRow[], order: Order, next: Position | null): DetectionPage {
  const place = next && order === 'stored' ? [0, next[1]] : next;
  return { detections: rows.map(restore), next: place && encodeCursor(order, place) };
}

/** The message as it came, with who said it and when it was received. */
function restore(row: DetectionRow): StoredDetection {
  const { id, site, device, camera, type, stream, seq, label, score, slot, model } = row;
  const times = {
    capturedAt: timestamp(row.captured_at),
    receivedAt: timestamp(row.received_at),
  };
  const columns = { id, site, device, camera, type, stream, seq, label, score, slot, model };
  return { ...columns, ...times, ...JSON.parse(row.body) } as StoredDetection;
}
