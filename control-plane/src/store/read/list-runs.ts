import type { DeviceId, Sha256, SlotId } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { DeviceRun, RunPage, RunQuery } from '../../resources/run.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export type DeviceRunQuery = RunQuery & { readonly device: DeviceId; readonly limit: number };

interface RunRow {
  readonly id: number;
  readonly slot: SlotId;
  readonly model: Sha256;
  readonly name: string;
  readonly generation: number | null;
  readonly from_at: number;
  readonly until_at: number | null;
  readonly rollout: string | null;
  readonly rollout_name: string;
  readonly created_by: string;
  readonly approved_by: string | null;
  readonly approved_at: number | null;
}

/** Which rollout it was follows from the assignment that the device says it runs by. */
const RUNS = `
  SELECT r.id, r.slot, r.model, r.name, r.generation, from_at, until_at,
    o.id AS rollout, o.name AS rollout_name, o.created_by, o.approved_by, o.approved_at
  FROM device_runs r JOIN devices d ON d.id = r.device_id
    LEFT JOIN assignments a ON a.device = d.device AND a.slot = r.slot AND a.purpose = 'active'
      AND a.generation = r.generation AND a.model = r.model
    LEFT JOIN rollouts o ON o.id = a.rollout
  WHERE d.device = @device AND r.id < @before
    AND (@at IS NULL OR (from_at <= @at AND (until_at IS NULL OR until_at > @at)))
  ORDER BY r.id DESC LIMIT @limit`;

/**
 * What ran on a device, newest first; at one time, what ran then. Null: nothing is known of the
 * device.
 * @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor
 */
export function listRuns(
  database: SqlDatabase,
  { device, at, cursor, limit }: DeviceRunQuery,
): RunPage | null {
  const [before = Number.MAX_SAFE_INTEGER] = cursor ? decodeCursor('runs', ['number'], cursor) : [];
  const known = database.prepare<[DeviceId]>('SELECT 1 FROM devices WHERE device = ?').get(device);
  if (!known) return null;
  const rows = database
    .prepare<object, RunRow>(RUNS)
    .all({ device, before, limit, at: at === undefined ? null : Date.parse(at) });
  const last = rows.at(-1);
  return {
    runs: rows.map(viewRun),
    next: last && rows.length === limit ? encodeCursor('runs', [last.id]) : null,
  };
}

function viewRun(row: RunRow): DeviceRun {
  const { slot, model, name, generation, rollout } = row;
  return {
    slot,
    model,
    name,
    generation,
    from: timestamp(row.from_at),
    until: time(row.until_at),
    rollout: rollout === null ? null : { id: rollout, ...whoRolledOut(row) },
  };
}

const whoRolledOut = (row: RunRow) => ({
  name: row.rollout_name,
  createdBy: row.created_by,
  approvedBy: row.approved_by,
  approvedAt: time(row.approved_at),
});

const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
