import type { EpochMillis } from '@edgeloop/protocol';
import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol/inference-buckets';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type HealthBucket, mergeBuckets } from './health-bucket.ts';
import { floorTo, HEALTH_LEVELS, type HealthLevel, type HealthSpan } from './health-levels.ts';

interface HealthRow {
  readonly at: EpochMillis;
  readonly seconds: number;
  readonly frames: number;
  readonly skipped: number;
  readonly lost: number;
  /** JSON: counts by number of the bucket, where there are any. */
  readonly latency: string;
  readonly rss_bytes: number;
  readonly queued: number;
  readonly celsius: number | null;
  readonly throttled: 0 | 1 | null;
  readonly disk_free_bytes: number | null;
}

export type TimedBucket = HealthBucket & { readonly at: EpochMillis };

/** The place of a bucket in its level: the next round comes to the same. */
const placeOf = ({ step, kept }: HealthLevel, at: EpochMillis) => Math.floor(at / step) % kept;

/** The rows of `health_history`: of each device and level a ring. */
export class HealthRows {
  readonly #sql;

  constructor(database: SqlDatabase) {
    this.#sql = {
      one: database.prepare<[number, number, number, EpochMillis], HealthRow>(
        'SELECT * FROM health_history WHERE device_id = ? AND step = ? AND place = ? AND at = ?',
      ),
      some: database.prepare<[number, number, number, number, EpochMillis, EpochMillis], HealthRow>(
        `SELECT * FROM health_history WHERE device_id = ? AND step = ? AND place BETWEEN ? AND ?
         AND at >= ? AND at < ? ORDER BY at`,
      ),
    };
  }

  find(device: number, level: HealthLevel, at: EpochMillis): HealthBucket | null {
    const row = this.#sql.one.get(device, level.step, placeOf(level, at), at);
    return row ? bucketOfRow(row) : null;
  }

  /** Those of one bucket of the level above. */
  within(device: number, level: HealthLevel, { from, to }: HealthSpan): TimedBucket[] {
    const place = placeOf(level, from);
    const last = place + (to - from) / level.step - 1;
    return this.#read(device, level, [place, last], { from, to });
  }

  /**
   * Those that were folded into the level, and of the bucket that is not over what the finer ones
   * have.
   */
  since(device: number, level: HealthLevel, span: HealthSpan, heardAt: EpochMillis): TimedBucket[] {
    const rows = this.#read(device, level, [0, level.kept - 1], span);
    const finer = HEALTH_LEVELS[HEALTH_LEVELS.indexOf(level) - 1];
    if (!finer) return rows;
    const at = floorTo(heardAt, level.step);
    if (at < span.from || at >= span.to) return rows;
    const over = rows.filter((row) => row.at !== at);
    const open = fold(
      this.since(device, finer, { from: at, to: (at + level.step) as EpochMillis }, heardAt),
    );
    return open ? [...over, { ...open, at }].sort((a, b) => a.at - b.at) : rows;
  }

  #read(
    device: number,
    { step }: HealthLevel,
    [first, last]: readonly [number, number],
    { from, to }: HealthSpan,
  ): TimedBucket[] {
    const rows = this.#sql.some.all(device, step, first, last, from, to);
    return rows.map((row) => ({ ...bucketOfRow(row), at: row.at }));
  }
}

const KEY = ['device_id', 'step', 'place'];
const COLUMNS = {
  ...({ device_id: 'integer', step: 'integer', place: 'integer', at: 'integer' } as const),
  ...({ seconds: 'real', frames: 'real', skipped: 'real', lost: 'real', latency: 'text' } as const),
  ...({ rss_bytes: 'real', queued: 'real', celsius: 'real', throttled: 'integer' } as const),
  disk_free_bytes: 'real',
} as const;

/** Writes rows of `health_history`. */
export class HealthRowWriter {
  readonly #save;

  constructor(database: SqlDatabase) {
    const kept = Object.keys(COLUMNS).filter((column) => !KEY.includes(column));
    this.#save = database.insertRows({
      into: 'health_history',
      columns: COLUMNS,
      by: KEY,
      tail: `ON CONFLICT (${KEY.join(', ')})
        DO UPDATE SET ${kept.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    });
  }

  /** In the place of what lay there. */
  save(device: number, level: HealthLevel, at: EpochMillis, bucket: HealthBucket): void {
    const { seconds, frames, skipped, lost, latency, rssBytes, queued } = bucket;
    const { celsius, throttled, diskFreeBytes } = bucket;
    this.#save.add([
      ...[device, level.step, placeOf(level, at), at, seconds, frames, skipped, lost],
      ...[packLatency(latency), rssBytes, queued, celsius],
      ...[throttled === null ? null : Number(throttled), diskFreeBytes],
    ]);
  }
}

/** Null: there is none. */
export function fold(buckets: readonly HealthBucket[]): HealthBucket | null {
  return buckets.length === 0 ? null : buckets.reduce(mergeBuckets);
}

function bucketOfRow(row: HealthRow): HealthBucket {
  const { seconds, frames, skipped, lost, queued, celsius, throttled } = row;
  return {
    seconds,
    frames,
    skipped,
    lost,
    queued,
    celsius,
    latency: unpackLatency(row.latency),
    rssBytes: row.rss_bytes,
    diskFreeBytes: row.disk_free_bytes,
    throttled: throttled === null ? null : throttled === 1,
  };
}

const BUCKETS = INFERENCE_BUCKETS_MS.length + 1;

/** Of 29 buckets three or four hold something. */
function packLatency(counts: readonly number[]): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(counts.slice(0, BUCKETS)).filter(([, count]) => count > 0)),
  );
}

function unpackLatency(text: string): number[] {
  const counts = JSON.parse(text) as Record<string, number>;
  return Array.from({ length: BUCKETS }, (_, i) => counts[i] ?? 0);
}
