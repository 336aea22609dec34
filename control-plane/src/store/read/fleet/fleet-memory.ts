import type { SqlDatabase } from '../../sql/sql-database.ts';
import { type CameraTexts, type FleetDevice, type FleetRow, fleetDevice } from './fleet-device.ts';

/** Below the first revision. */
const NOTHING_SEEN = 0;

/**
 * The fleet as this thread last read it, each device once: a look costs what changed since the one
 * before.
 */
export class FleetMemory {
  readonly #sql;
  readonly #devices = new Map<number, FleetDevice>();
  /** Ids, by the names of the devices. */
  #order: readonly number[] = [];
  #revision = NOTHING_SEEN;

  constructor(database: SqlDatabase) {
    this.#sql = {
      revision: database.prepare<[], number>('SELECT revision FROM fleet_revision').pluck(),
      total: database.prepare<[], number>('SELECT count(*) FROM device_figures').pluck(),
      ids: database.prepare<[], number>('SELECT device_id FROM device_figures').pluck(),
      rows: database.prepare<[number], FleetRow>(
        `SELECT id, revision, devices.device, devices.site, state, last_seen_at, reported, fps, inference_millis, celsius,
           failed_at, lost_at, restarted_at, troubles, accounts.revoked_at IS NOT NULL AS revoked,
           (SELECT string_agg(tag, ',') FROM device_tags t WHERE t.device = devices.device) AS tags
         FROM device_figures JOIN devices ON id = device_id
           LEFT JOIN enrolments ON enrolments.device = devices.device
           LEFT JOIN accounts ON accounts.name = enrolments.device
         WHERE revision > ?`,
      ),
      cameras: database.prepare<[number], { id: number; camera: string; state: string }>(
        `SELECT camera_states.device_id AS id, camera, state FROM device_figures
           JOIN camera_states ON camera_states.device_id = device_figures.device_id WHERE revision > ?`,
      ),
    };
  }

  /** Within a transaction. @returns the revision that is known now */
  refresh(): number {
    const revision = this.#sql.revision.get() as number;
    if (revision === this.#revision && this.#devices.size === this.#sql.total.get()) {
      return revision;
    }
    const known = this.#devices.size;
    const cameras = this.#readCameras();
    for (const row of this.#sql.rows.all(this.#revision)) {
      const { id } = row;
      this.#devices.set(id, fleetDevice(row, cameras.get(id), this.#devices.get(id)));
    }
    const joined = this.#devices.size !== known;
    // All that are there are known: where more are, some of those are gone.
    const left = this.#devices.size !== this.#sql.total.get();
    if (left) this.#forgetRemoved();
    if (joined || left) this.#order = this.#byName();
    this.#revision = revision;
    return revision;
  }

  /** Those that changed after a revision, by name. @param since null: all */
  devices(since: number | null): FleetDevice[] {
    const found: FleetDevice[] = [];
    for (const id of this.#order) {
      const device = this.#devices.get(id);
      if (device && (since === null || device.revision > since)) found.push(device);
    }
    return found;
  }

  get total(): number {
    return this.#devices.size;
  }

  #readCameras(): ReadonlyMap<number, CameraTexts> {
    const byDevice = new Map<number, Map<string, string>>();
    for (const { id, camera, state } of this.#sql.cameras.all(this.#revision)) {
      const texts = byDevice.get(id);
      if (texts) texts.set(camera, state);
      else byDevice.set(id, new Map([[camera, state]]));
    }
    return byDevice;
  }

  #forgetRemoved(): void {
    const there = new Set(this.#sql.ids.all());
    for (const id of this.#devices.keys()) if (!there.has(id)) this.#devices.delete(id);
  }

  #byName(): number[] {
    return Array.from(this.#devices.values())
      .sort((a, b) => (a.device < b.device ? -1 : 1))
      .map(({ id }) => id);
  }
}
