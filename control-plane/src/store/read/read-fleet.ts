import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { FleetView } from '../../resources/fleet.ts';
import { type CameraTexts, type FleetRow, fleetColumns } from './fleet-columns.ts';

export interface FleetQuestion {
  /** A revision that was seen; null: none was. */
  readonly since: number | null;
  readonly now: number;
  readonly silentAfterMillis: number;
}

/** Below the first. */
const NOTHING_SEEN = 0;
const NO_CAMERAS: CameraTexts = new Map();

/**
 * Every device in short, or those that changed after a revision.
 * @returns `FleetView` as JSON: it is made in the thread that reads, and its size passes no other as objects
 */
export function readFleet(
  database: Database,
  { since, now, silentAfterMillis }: FleetQuestion,
): string {
  return database.transaction(() => {
    const [revision, total] = [revisionOf(database), totalOf(database)];
    // A revision that is still to come is of another database: a backup was restored.
    const whole = since === null || since > revision;
    const after = whole ? NOTHING_SEEN : since;
    const cameras = readCameras(database, after);
    const view: FleetView = {
      ...{ revision, whole, now, silentAfterMillis, total },
      ...fleetColumns(
        readRows(database, after),
        (id) => cameras.get(id) ?? NO_CAMERAS,
        taskFinder(database),
      ),
    };
    return JSON.stringify(view);
  })();
}

const revisionOf = (database: Database) =>
  database.prepare<[], number>('SELECT revision FROM fleet_revision').pluck().get() as number;

const totalOf = (database: Database) =>
  database.prepare<[], number>('SELECT count(*) FROM device_figures').pluck().get() as number;

function taskFinder(database: Database): (model: Sha256) => TaskId | null {
  const find = database
    .prepare<[Sha256], TaskId>('SELECT task FROM model_versions WHERE digest = ?')
    .pluck();
  return (model) => find.get(model) ?? null;
}

function readRows(database: Database, after: number): FleetRow[] {
  return database
    .prepare<[number], FleetRow>(
      `SELECT id, devices.device, devices.site, state, last_seen_at, reported, fps, inference_millis, celsius, failed_at,
         lost_at, restarted_at, accounts.revoked_at IS NOT NULL AS revoked,
         (SELECT group_concat(tag) FROM device_tags t WHERE t.device = devices.device) AS tags
       FROM device_figures JOIN devices ON id = device_id
         LEFT JOIN enrolments ON enrolments.device = devices.device
         LEFT JOIN accounts ON accounts.name = enrolments.device
       WHERE revision > ? ORDER BY devices.device`,
    )
    .all(after);
}

function readCameras(database: Database, after: number): ReadonlyMap<number, CameraTexts> {
  const rows = database
    .prepare<[number], { id: number; camera: string; state: string }>(
      `SELECT camera_states.device_id AS id, camera, state FROM device_figures
         JOIN camera_states ON camera_states.device_id = device_figures.device_id WHERE revision > ?`,
    )
    .all(after);
  const byDevice = new Map<number, Map<string, string>>();
  for (const { id, camera, state } of rows) {
    const texts = byDevice.get(id) ?? new Map<string, string>();
    byDevice.set(id, texts.set(camera, state));
  }
  return byDevice;
}
