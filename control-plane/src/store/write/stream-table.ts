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
import { placeInStream } from './place-in-stream.ts';

/**
 * Streams of one device that are kept. For one more those go that have no rows any more, but for
 * the newest of these.
 */
const MOST = 4000;
const MOST_WITHOUT_ROWS = 64;
/** Tombstones of a stream that are kept, the newest: what is lost is counted by the stream. */
const MOST_TOMBSTONES = 1000;

/** A stream as the transaction at hand sees it. */
export interface OpenStream extends DeviceAddress {
  /** Null: nothing of it is stored, and nothing of the batch will be. */
  readonly id: number | null;
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

/** One that a batch touches. */
interface StreamQuery extends DeviceAddress {
  readonly deviceId: number;
  readonly stream: StreamId;
  readonly touchedAt: EpochMillis;
  /** The batch has what a stream begins with: any other row is early where nothing is stored. */
  begins: boolean;
}

export const streamKey = (deviceId: number, stream: StreamId): string => `${deviceId} ${stream}`;

const OPENED = ['id', 'device_id', 'stream', 'through', 'stored']
  .map((name) => `streams.${name}`)
  .join(', ');

const WITHOUT_ROWS = `SELECT id FROM streams s WHERE device_id = @device AND touched_at < @before
  AND NOT EXISTS (SELECT 1 FROM detections d WHERE d.stream_id = s.id)
  ORDER BY touched_at DESC, id DESC LIMIT ${MOST} OFFSET ${MOST_WITHOUT_ROWS}`;

/** The streams of every device and how far each is accounted for. */
export class StreamTable {
  readonly #sql;
  /** Streams of the batch with a tombstone more than before. */
  readonly #buried = new Set<number>();

  constructor(database: SqlDatabase) {
    this.#sql = {
      touch: database.updateRows<OpenedRow>({
        table: 'streams',
        set: { touched_at: 'integer' },
        by: { device_id: 'integer', stream: 'text' },
        tail: `RETURNING ${OPENED}`,
      }),
      open: database.insertRows<OpenedRow>({
        into: 'streams',
        columns: { device_id: 'integer', stream: 'text', touched_at: 'integer' },
        tail: `RETURNING ${OPENED}`,
      }),
      save: database.updateRows({
        table: 'streams',
        set: { through: 'integer', stored: 'integer' },
        by: { id: 'integer' },
      }),
      count: database
        .prepare<[number], number>('SELECT count(*) FROM streams WHERE device_id = ?')
        .pluck(),
      forgetTombstones: database.prepare<{ device: number; before: number }>(
        `DELETE FROM tombstones WHERE stream_id IN (${WITHOUT_ROWS})`,
      ),
      forget: database.prepare<{ device: number; before: number }>(
        `DELETE FROM streams WHERE id IN (${WITHOUT_ROWS})`,
      ),
      insertTombstone: database.insertRows({
        into: 'tombstones',
        columns: {
          ...({ stream_id: 'integer', from_seq: 'integer', to_seq: 'integer' } as const),
          ...({ reason: 'text', received_at: 'integer' } as const),
        },
      }),
      pruneTombstones: database.prepare<{ stream: number }>(
        `DELETE FROM tombstones WHERE stream_id = @stream AND from_seq < (SELECT from_seq FROM tombstones
         WHERE stream_id = @stream ORDER BY from_seq DESC LIMIT 1 OFFSET ${MOST_TOMBSTONES - 1})`,
      ),
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

  /**
   * Those that a batch touches, each once, by `streamKey`. One of which nothing will be stored gets
   * no row.
   */
  open(
    records: readonly StoreRecord[],
    ids: ReadonlyMap<DeviceId, number>,
  ): ReadonlyMap<string, OpenStream> {
    this.#buried.clear();
    const asked = askedOf(records, ids);
    const rows = new Map<string, OpenedRow>();
    const note = (row: OpenedRow) => rows.set(streamKey(row.device_id, row.stream), row);
    const values = ({ deviceId, stream, touchedAt }: StreamQuery) => [touchedAt, deviceId, stream];
    for (const row of this.#sql.touch.all(Array.from(asked.values(), values))) note(row);
    const fresh = [...asked].filter(([key, { begins }]) => begins && !rows.has(key));
    for (const row of this.#sql.open.all(this.#withRoom(fresh.map(([, one]) => one)))) note(row);
    return new Map(
      Array.from(asked, ([key, { site, device, stream }]) => {
        const { id = null, through = 0, stored = 0 } = rows.get(key) ?? {};
        return [key, { site, device, stream, id, through, stored, gap: false }];
      }),
    );
  }

  /** As many of those that begin as their device may have more. */
  #withRoom(fresh: readonly StreamQuery[]): Values[] {
    const room = new Map<number, number>();
    return fresh.flatMap(({ deviceId, stream, touchedAt }) => {
      const left = room.get(deviceId) ?? this.#roomOf(deviceId, touchedAt);
      room.set(deviceId, left - 1);
      return left > 0 ? [[deviceId, stream, touchedAt]] : [];
    });
  }

  /** @param before what was touched since stays: the batch may go on with it */
  #roomOf(device: number, before: EpochMillis): number {
    const count = () => this.#sql.count.get(device) as number;
    const left = MOST - count();
    if (left > 0) return left;
    this.#sql.forgetTombstones.run({ device, before });
    this.#sql.forget.run({ device, before });
    return MOST - count();
  }

  addTombstone(
    streamId: number,
    { from, to, reason }: Omit<Tombstone, 'stream'>,
    at: EpochMillis,
  ): void {
    this.#sql.insertTombstone.add([streamId, from, to, reason, at]);
    this.#buried.add(streamId);
  }

  /** At the end of a batch. */
  finish(): void {
    for (const stream of this.#buried) this.#sql.pruneTombstones.run({ stream });
  }

  save({ id, site, device, stream, through, stored, gap }: OpenStream): Watermark {
    if (id !== null) this.#sql.save.add([through, stored, id]);
    return { site, device, stream, through, gap };
  }

  latest(): Watermark[] {
    return this.#sql.latest
      .all()
      .map(({ site, device, stream, through }) => ({ site, device, stream, through, gap: false }));
  }
}

function askedOf(
  records: readonly StoreRecord[],
  ids: ReadonlyMap<DeviceId, number>,
): ReadonlyMap<string, StreamQuery> {
  const asked = new Map<string, StreamQuery>();
  for (const record of records) {
    if (record.name !== 'detections' && record.name !== 'tombstones') continue;
    const { site, device, receivedAt: touchedAt, message } = record;
    const { stream } = message;
    const deviceId = ids.get(device) as number;
    const key = streamKey(deviceId, stream);
    const one = asked.get(key) ?? { site, device, deviceId, stream, touchedAt, begins: false };
    const [from, to] = 'seq' in message ? [message.seq, message.seq] : [message.from, message.to];
    one.begins ||= placeInStream(0, from, to) === 'next';
    asked.set(key, one);
  }
  return asked;
}
