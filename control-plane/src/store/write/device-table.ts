import type { DeviceAddress, DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf, StoreRecord } from '../record.ts';

/** Devices, and the last that each said about itself. */
export class DeviceTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      upsert: database
        .prepare<[DeviceId, SiteId, EpochMillis, EpochMillis | null], number>(
          `INSERT INTO devices (device, site, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (device) DO UPDATE SET site = excluded.site,
             last_seen_at = coalesce(excluded.last_seen_at, last_seen_at)
           RETURNING id`,
        )
        .pluck(),
      status: database.prepare(
        'UPDATE devices SET state = ?, state_at = ?, boot_id = ?, agent_version = ? WHERE id = ?',
      ),
      reported: database.prepare('UPDATE devices SET reported = ? WHERE id = ?'),
      camera: database.prepare(
        `INSERT INTO camera_states VALUES (?, ?, ?)
         ON CONFLICT (device_id, camera) DO UPDATE SET state = excluded.state`,
      ),
      forget: database.prepare("UPDATE devices SET state = 'unknown' WHERE state <> 'unknown'"),
    };
  }

  /** One write for each device of the batch. @returns the ids by device */
  see(records: readonly StoreRecord[]): ReadonlyMap<DeviceId, number> {
    const seen = new Map<
      DeviceId,
      DeviceAddress & { at: EpochMillis; lived: EpochMillis | null }
    >();
    for (const record of records) {
      const { site, device, receivedAt: at } = record;
      const before = seen.get(device)?.lived ?? null;
      seen.set(device, { site, device, at, lived: showsLife(record) ? at : before });
    }
    const ids = new Map<DeviceId, number>();
    for (const { site, device, at, lived } of seen.values()) {
      ids.set(device, this.#sql.upsert.get(device, site, at, lived) as number);
    }
    return ids;
  }

  setStatus(id: number, { message, receivedAt }: RecordOf<'status'>): void {
    const { state, bootId, agentVersion } = message;
    this.#sql.status.run(state, receivedAt, bootId, agentVersion, id);
  }

  setReported(id: number, { message }: RecordOf<'reported'>): void {
    this.#sql.reported.run(JSON.stringify(message), id);
  }

  setCameraState(id: number, { camera, message }: RecordOf<'state'>): void {
    this.#sql.camera.run(id, camera, JSON.stringify(message));
  }

  /** Without a connection to the broker nobody knows who is online. */
  forgetStates(): void {
    this.#sql.forget.run();
  }
}

/** A retained message is old, and the will is the broker's word. */
function showsLife(record: StoreRecord): boolean {
  const will = record.name === 'status' && record.message.state === 'offline';
  return !record.retained && !will;
}
