import type {
  DeviceAddress,
  DeviceId,
  EpochMillis,
  SiteId,
  StreamId,
  Tombstone,
} from '@edgeloop/protocol';
import type { StoreRecord, Watermark } from '../record.ts';
import type { SqlDatabase, Values } from '../sql/sql-database.ts';

/** A stream as the transaction at hand sees it. */
export interface OpenStream extends DeviceAddress {
  readonly id: number;
  readonly stream: StreamId;
  through: number;
  stored: number;
  gap: boolean;
}

interface OpenedRow {
  readonly id: number;
  readonly device_id: number;
  readonly stream: StreamId;
  readonly through: number;
  readonly stored: number;
}

export const streamKey = (deviceId: number, stream: StreamId): string => `${deviceId} ${stream}`;

/** The streams of every device and how far each is accounted for. */
export class StreamTable {
  readonly #sql;

  constructor(database: SqlDatabase) {
    this.#sql = {
      open: database.insertRows<OpenedRow>({
        into: 'streams',
        columns: { device_id: 'integer', stream: 'text', touched_at: 'integer' },
        tail: `ON CONFLICT (device_id, stream) DO UPDATE SET touched_at = excluded.touched_at
          RETURNING id, device_id, stream, through, stored`,
      }),
      save: database.updateRows({
        table: 'streams',
        set: { through: 'integer', stored: 'integer' },
        by: { id: 'integer' },
      }),
      insertTombstone: database.insertRows({
        into: 'tombstones',
        columns: {
          ...({ stream_id: 'integer', from_seq: 'integer', to_seq: 'integer' } as const),
          ...({ reason: 'text', received_at: 'integer' } as const),
        },
      }),
      // The newest stream of each device is the one that its outbox has now.
      latest: database.prepare<
        [],
        { device: DeviceId; site: SiteId; stream: StreamId; through: number }
      >(
        `SELECT site, device, stream, through FROM streams s JOIN devices ON devices.id = device_id
         WHERE NOT EXISTS (SELECT 1 FROM streams later WHERE later.device_id = s.device_id
           AND (later.touched_at, later.id) > (s.touched_at, s.id))
         ORDER BY device_id`,
      ),
    };
  }

  /** Those that a batch touches, each once, by `streamKey`. */
  open(
    records: readonly StoreRecord[],
    ids: ReadonlyMap<DeviceId, number>,
  ): ReadonlyMap<string, OpenStream> {
    const rows = new Map<string, Values>();
    const addresses = new Map<number, DeviceAddress>();
    for (const record of records) {
      if (record.name !== 'detections' && record.name !== 'tombstones') continue;
      const { site, device, receivedAt } = record;
      const { stream } = record.message;
      const id = ids.get(device) as number;
      const key = streamKey(id, stream);
      if (rows.has(key)) continue;
      rows.set(key, [id, stream, receivedAt]);
      addresses.set(id, { site, device });
    }
    const opened = new Map<string, OpenStream>();
    for (const { device_id, stream, ...row } of this.#sql.open.all([...rows.values()])) {
      const address = addresses.get(device_id) as DeviceAddress;
      opened.set(streamKey(device_id, stream), { ...address, stream, ...row, gap: false });
    }
    return opened;
  }

  addTombstone(
    streamId: number,
    { from, to, reason }: Omit<Tombstone, 'stream'>,
    at: EpochMillis,
  ): void {
    this.#sql.insertTombstone.add([streamId, from, to, reason, at]);
  }

  save({ id, site, device, stream, through, stored, gap }: OpenStream): Watermark {
    this.#sql.save.add([through, stored, id]);
    return { site, device, stream, through, gap };
  }

  latest(): Watermark[] {
    return this.#sql.latest
      .all()
      .map(({ site, device, stream, through }) => ({ site, device, stream, through, gap: false }));
  }
}
