import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { HealthHistory } from '../../resources/health-history.ts';
import { chooseView, type HealthSpan } from '../history/health-levels.ts';
import { healthPoints } from '../history/health-points.ts';
import { HealthRows } from '../history/health-rows.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';

export interface HealthHistoryRequest extends HealthSpan {
  readonly device: DeviceId;
  readonly now: EpochMillis;
}

/** How a device did over a span of time. Null: nothing is known of it. */
export function listHealth(
  database: SqlDatabase,
  { device, now, ...asked }: HealthHistoryRequest,
): HealthHistory | null {
  const row = database
    .prepare<[DeviceId], { id: number; health_at: EpochMillis | null }>(
      'SELECT id, health_at FROM devices WHERE device = ?',
    )
    .get(device);
  if (!row) return null;
  const { level, step, from, to } = chooseView(asked, now);
  const rows = new HealthRows(database);
  const buckets =
    row.health_at === null ? [] : rows.since(row.id, level, { from, to }, row.health_at);
  return {
    device,
    from: timestamp(from),
    to: timestamp(to),
    bucketSeconds: step / 1000,
    points: healthPoints(buckets, { from, to }, step),
  };
}
