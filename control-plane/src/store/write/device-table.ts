import type { CameraId, DeviceAddress, DeviceId, EpochMillis } from '@edgeloop/protocol';
import type { RecordOf, StoreRecord } from '../record.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { idsOf } from './ids-of.ts';

/** Cameras of one device whose state is kept. */
const MOST_CAMERAS = 64;

/** Devices, and the last that each said about itself. */
export class DeviceTable {
  readonly #sql;
  /** Of the devices that a batch has the state of a camera of. */
  #cameras = new Map<number, Set<CameraId>>();

  constructor(database: SqlDatabase) {
    this.#sql = {
      upsert: database.insertRows<{ id: number; device: DeviceId }>({
        into: 'devices',
        columns: {
          ...({ device: 'text', site: 'text' } as const),
          ...({ first_seen_at: 'integer', last_seen_at: 'integer' } as const),
        },
        tail: `ON CONFLICT (device) DO UPDATE SET site = excluded.site,
            last_seen_at = coalesce(excluded.last_seen_at, devices.last_seen_at)
          RETURNING id, device`,
      }),
      status: database.updateRows({
        table: 'devices',
        set: { state: 'text', state_at: 'integer', boot_id: 'text', agent_version: 'text' },
        by: { id: 'integer' },
      }),
      reported: database.updateRows({
        table: 'devices',
        set: { reported: 'text' },
        by: { id: 'integer' },
      }),
      cameras: database.prepareForEach<{ id: number; camera: CameraId }>(
        'SELECT device_id AS id, camera FROM camera_states WHERE device_id = :each',
      ),
      camera: database.insertRows({
        into: 'camera_states',
        columns: { device_id: 'integer', camera: 'text', state: 'text' },
        by: ['device_id', 'camera'],
        tail: 'ON CONFLICT (device_id, camera) DO UPDATE SET state = excluded.state',
      }),
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
    const rows = Array.from(seen.values(), ({ site, device, at, lived }) => [
      device,
      site,
      at,
      lived,
    ]);
    const ids = new Map(this.#sql.upsert.all(rows).map(({ id, device }) => [device, id]));
    this.#seeCameras(idsOf('state', records, ids));
    return ids;
  }

  setStatus(id: number, { message, receivedAt }: RecordOf<'status'>): void {
    const { state, bootId, agentVersion } = message;
    this.#sql.status.add([state, receivedAt, bootId, agentVersion, id]);
  }

  setReported(id: number, { message }: RecordOf<'reported'>): void {
    this.#sql.reported.add([JSON.stringify(message), id]);
  }

  /** @returns false: it is of a camera too many, and not kept */
  setCameraState(id: number, { camera, message }: RecordOf<'state'>): boolean {
    const cameras = this.#cameras.get(id) as Set<CameraId>;
    if (!cameras.has(camera) && cameras.size >= MOST_CAMERAS) return false;
    cameras.add(camera);
    this.#sql.camera.add([id, camera, JSON.stringify(message)]);
    return true;
  }

  #seeCameras(ids: ReadonlySet<number>): void {
    this.#cameras = new Map(Array.from(ids, (id) => [id, new Set()]));
    if (ids.size === 0) return;
    for (const { id, camera } of this.#sql.cameras([...ids])) this.#cameras.get(id)?.add(camera);
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
