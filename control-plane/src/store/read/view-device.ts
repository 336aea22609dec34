import type { DeviceId, StreamId, Tombstone } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { KnownDevice, StreamView } from '../../resources/device.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { DEVICE_ROWS, type DeviceRow, summarize } from './list-devices.ts';

/** Streams that are shown, the newest first; 4000 are kept of a device. */
const SHOWN_STREAMS = 20;
/** Tombstones of a stream that are shown, the newest first. */
const SHOWN_TOMBSTONES = 100;

interface StreamRow {
  id: number;
  stream: StreamId;
  through: number;
  stored: number;
}

interface TombstoneRow {
  from_seq: number;
  to_seq: number;
  reason: Tombstone['reason'];
  received_at: number;
}

/** All that is known of one device; null when it neither enrolled nor said a word. */
export function viewDevice(database: SqlDatabase, device: DeviceId): KnownDevice | null {
  const row = database
    .prepare<[DeviceId], DeviceRow>(`${DEVICE_ROWS} WHERE devices.device = ?`)
    .get(device);
  if (!row) return null;
  const states = database
    .prepare<[number], { camera: string; state: string }>(
      'SELECT camera, state FROM camera_states WHERE device_id = ? ORDER BY camera',
    )
    .all(row.id);
  return {
    ...summarize(database, row),
    reported: row.reported === null ? null : JSON.parse(row.reported),
    health: row.health === null ? null : JSON.parse(row.health),
    cameras: Object.fromEntries(states.map(({ camera, state }) => [camera, JSON.parse(state)])),
    streams: viewStreams(database, row.id),
    streamsInAll: countStreams(database, row.id),
  };
}

function viewStreams(database: SqlDatabase, deviceId: number): StreamView[] {
  const rows = database
    .prepare<[number, number], StreamRow>(
      'SELECT * FROM streams WHERE device_id = ? ORDER BY touched_at DESC, id DESC LIMIT ?',
    )
    .all(deviceId, SHOWN_STREAMS);
  const tombstones = database.prepare<[number, number], TombstoneRow>(
    'SELECT * FROM tombstones WHERE stream_id = ? ORDER BY from_seq DESC LIMIT ?',
  );
  return rows.map(({ id, stream, through, stored }) => ({
    stream,
    through,
    stored,
    lost: through - stored,
    tombstones: tombstones.all(id, SHOWN_TOMBSTONES).map((tombstone) => ({
      from: tombstone.from_seq,
      to: tombstone.to_seq,
      reason: tombstone.reason,
      receivedAt: timestamp(tombstone.received_at),
    })),
  }));
}

function countStreams(database: SqlDatabase, deviceId: number): number {
  return database
    .prepare<[number], number>('SELECT count(*) FROM streams WHERE device_id = ?')
    .pluck()
    .get(deviceId) as number;
}
