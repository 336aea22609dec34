import type { DeviceId, Sha256, SiteId, StreamId } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { DetectionPage, DetectionQuery, StoredDetection } from '../../resources/detection.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { conditionsOf } from './detection-filters.ts';

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

type Order = NonNullable<DetectionQuery['order']>;

const ORDERS: Readonly<Record<Order, { readonly by: string; readonly beyond: string }>> = {
  newest: { by: 'captured_at DESC, d.id DESC', beyond: '(captured_at, d.id) < (?, ?)' },
  oldest: { by: 'captured_at, d.id', beyond: '(captured_at, d.id) > (?, ?)' },
  // The first parameter is there so that every order has the same position.
  stored: { by: 'd.id', beyond: 'CAST(? AS DOUBLE PRECISION) IS NOT NULL AND d.id > ?' },
};

/**
 * Detections that fit every filter, a page at a time. A row is on no page twice, whatever is stored meanwhile; in the
 * order `stored` none is ever missed, also one that comes late.
 * @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor
 */
export function listDetections(
  database: SqlDatabase,
  { order = 'newest', cursor, limit, ...filters }: DetectionQuery & { limit: number },
): DetectionPage {
  const given = conditionsOf(filters);
  const conditions = [...given.conditions];
  const parameters = [...given.parameters];
  if (cursor) {
    conditions.push(ORDERS[order].beyond);
    parameters.push(...decodeCursor(order, ['number', 'number'], cursor));
  }
  const rows = database
    .prepare<(string | number)[], DetectionRow>(
      `SELECT d.*, device, stream, digest AS model FROM detections d
       JOIN devices ON devices.id = d.device_id
       JOIN streams ON streams.id = d.stream_id
       JOIN models ON models.id = d.model_id
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY ${ORDERS[order].by} LIMIT ?`,
    )
    .all(...parameters, limit);
  return { detections: rows.map(restore), next: nextCursor(order, rows, limit, cursor) };
}

/** In the order `stored` there is always a next page: what will be stored later. */
function nextCursor(
  order: Order,
  rows: readonly DetectionRow[],
  limit: number,
  cursor: string | undefined,
): string | null {
  const last = rows.at(-1);
  if (order === 'stored') {
    return last ? encodeCursor(order, [0, last.id]) : (cursor ?? encodeCursor(order, [0, 0]));
  }
  return last && rows.length === limit ? encodeCursor(order, [last.captured_at, last.id]) : null;
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
