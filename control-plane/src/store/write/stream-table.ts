import type { DeviceAddress, DeviceId, EpochMillis, SiteId, StreamId } from '@edgeloop/protocol';
import type { Database } from 'better-sqlite3';
import type { Watermark } from '../record.ts';
import { advanceWatermark, type Gap } from './watermark.ts';

/** A stream as the transaction at hand sees it. */
export interface OpenStream extends DeviceAddress {
  readonly id: number;
  readonly stream: StreamId;
  through: number;
  stored: number;
  /** Rows up to `through`: the others of these numbers are lost. */
  storedThrough: number;
}

interface StreamRow {
  id: number;
  through: number;
  stored: number;
  stored_through: number;
}

/** The streams of every device and how far each is accounted for. */
export class StreamTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      open: database.prepare<[number, StreamId, EpochMillis], StreamRow>(
        `INSERT INTO streams (device_id, stream, touched_at) VALUES (?, ?, ?)
         ON CONFLICT (device_id, stream) DO UPDATE SET touched_at = excluded.touched_at
         RETURNING id, through, stored, stored_through`,
      ),
      save: database.prepare(
        'UPDATE streams SET through = ?, stored = ?, stored_through = ? WHERE id = ?',
      ),
      storedAfter: database
        .prepare<[number, number], number>(
          'SELECT seq FROM detections WHERE stream_id = ? AND seq > ? ORDER BY seq',
        )
        .pluck(),
      gapsAfter: database.prepare<[number, number], Gap>(
        'SELECT from_seq AS "from", to_seq AS "to" FROM tombstones WHERE stream_id = ? AND to_seq > ?',
      ),
      insertTombstone: database.prepare('INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?, ?)'),
      // The newest stream of each device is the one that its outbox has now.
      latest: database.prepare<[], { device: DeviceId; site: SiteId } & Watermark>(
        `SELECT site, device, stream, through, max(touched_at)
         FROM streams JOIN devices ON devices.id = device_id GROUP BY device_id`,
      ),
    };
  }

  open(deviceId: number, address: DeviceAddress, stream: StreamId, at: EpochMillis): OpenStream {
    const row = this.#sql.open.get(deviceId, stream, at) as StreamRow;
    const { id, through, stored, stored_through: storedThrough } = row;
    return { ...address, id, stream, through, stored, storedThrough };
  }

  /** @returns whether it is new */
  addTombstone({ id }: OpenStream, { from, to }: Gap, reason: string, at: EpochMillis): boolean {
    return this.#sql.insertTombstone.run(id, from, to, reason, at).changes > 0;
  }

  /** Moves the watermark as far as what is stored allows, and saves the stream. */
  settle(stream: OpenStream): Watermark {
    const { id, site, device } = stream;
    const gaps = this.#sql.gapsAfter.all(id, stream.through);
    const after = this.#sql.storedAfter.iterate(id, stream.through);
    const { through, passed } = advanceWatermark(stream.through, after, gaps);
    stream.through = through;
    stream.storedThrough += passed;
    this.#sql.save.run(through, stream.stored, stream.storedThrough, id);
    return { site, device, stream: stream.stream, through };
  }

  latest(): Watermark[] {
    return this.#sql.latest
      .all()
      .map(({ site, device, stream, through }) => ({ site, device, stream, through }));
  }
}
