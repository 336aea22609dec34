import type {
  DeviceAddress,
  DeviceId,
  EpochMillis,
  SiteId,
  StreamId,
  Tombstone,
} from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { Watermark } from '../record.ts';

/** A stream as the transaction at hand sees it. */
export interface OpenStream extends DeviceAddress {
  readonly id: number;
  readonly stream: StreamId;
  through: number;
  stored: number;
  gap: boolean;
}

/** The streams of every device and how far each is accounted for. */
export class StreamTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      open: database.prepare<
        [number, StreamId, EpochMillis],
        { id: number; through: number; stored: number }
      >(
        `INSERT INTO streams (device_id, stream, touched_at) VALUES (?, ?, ?)
         ON CONFLICT (device_id, stream) DO UPDATE SET touched_at = excluded.touched_at
         RETURNING id, through, stored`,
      ),
      save: database.prepare('UPDATE streams SET through = ?, stored = ? WHERE id = ?'),
      insertTombstone: database.prepare('INSERT INTO tombstones VALUES (?, ?, ?, ?, ?)'),
      // The newest stream of each device is the one that its outbox has now.
      latest: database.prepare<
        [],
        { device: DeviceId; site: SiteId; stream: StreamId; through: number }
      >(
        `SELECT site, device, stream, through, max(touched_at)
         FROM streams JOIN devices ON devices.id = device_id GROUP BY device_id`,
      ),
    };
  }

  open(deviceId: number, address: DeviceAddress, stream: StreamId, at: EpochMillis): OpenStream {
    const row = this.#sql.open.get(deviceId, stream, at);
    if (!row) throw new Error('an upsert returned no row');
    return { ...address, stream, ...row, gap: false };
  }

  addTombstone(
    streamId: number,
    { from, to, reason }: Omit<Tombstone, 'stream'>,
    at: EpochMillis,
  ): void {
    this.#sql.insertTombstone.run(streamId, from, to, reason, at);
  }

  save({ id, site, device, stream, through, stored, gap }: OpenStream): Watermark {
    this.#sql.save.run(through, stored, id);
    return { site, device, stream, through, gap };
  }

  latest(): Watermark[] {
    return this.#sql.latest
      .all()
      .map(({ site, device, stream, through }) => ({ site, device, stream, through, gap: false }));
  }
}
