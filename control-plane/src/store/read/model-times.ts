import type { Health, Sha256 } from '@edgeloop/protocol';
import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol/inference-buckets';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type Carried, totalOf } from '../totals/carry.ts';
import { type ModelTotals, modelKey, toldByHealth } from '../totals/told-health.ts';

/** How long inferences of a model took on all devices together. */
export interface ModelTimes {
  readonly devices: number;
  /** By INFERENCE_BUCKETS_MS, the last the rest. */
  readonly counts: readonly number[];
}

interface TotalsRow {
  readonly health: string | null;
  readonly health_carried: string | null;
}

/** What devices counted of a model over all their boots. */
export function modelTimes(database: SqlDatabase, model: Sha256): ModelTimes {
  const rows = database
    .prepare<object, TotalsRow>(
      `SELECT health, health_carried FROM devices LEFT JOIN device_totals ON device_id = id
       WHERE health LIKE @named OR health_carried LIKE @named`,
    )
    .all({ named: `%${model}%` });
  const counts = Array<number>(INFERENCE_BUCKETS_MS.length + 1).fill(0);
  let devices = 0;
  for (const row of rows) {
    const times = timesOf(row, model);
    if (times.some((count) => count > 0)) devices += 1;
    for (const [i, count] of times.entries()) counts[i] = (counts[i] ?? 0) + count;
  }
  return { devices, counts };
}

function timesOf({ health, health_carried }: TotalsRow, model: Sha256): readonly number[] {
  const carried = health_carried === null ? null : (JSON.parse(health_carried) as Carried);
  const last = health === null ? null : toldByHealth(JSON.parse(health) as Health);
  const counted = totalOf(carried, last)[modelKey(model)] as unknown as ModelTotals | undefined;
  return counted?.latency ?? [];
}
