import type { DetectionFilters, DetectionQuery } from '../../resources/detection.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { conditionsOf } from './detection-filters.ts';

export type Order = NonNullable<DetectionQuery['order']>;

/** Of a row in its order; in the order `stored` the first number stands for nothing. */
export type Position = readonly [capturedAt: number, id: number];

/** A parameter that stands for nothing has a type all the same. */
const NOTHING = 'CAST(? AS DOUBLE PRECISION) IS NOT NULL';

/** Of each order what it goes by, and the rows behind a position and up to one. */
export const ORDERS: Readonly<
  Record<Order, { readonly by: string; readonly beyond: string; readonly through: string }>
> = {
  newest: {
    by: 'captured_at DESC, d.id DESC',
    beyond: '(captured_at, d.id) < (?, ?)',
    through: '(captured_at, d.id) >= (?, ?)',
  },
  oldest: {
    by: 'captured_at, d.id',
    beyond: '(captured_at, d.id) > (?, ?)',
    through: '(captured_at, d.id) <= (?, ?)',
  },
  stored: {
    by: 'd.id',
    beyond: `${NOTHING} AND d.id > ?`,
    through: `${NOTHING} AND d.id <= ?`,
  },
};

/**
 * The filters by which rows are found in the order: an index has both. For all others the rows are
 * looked at.
 */
export function indexed(filters: DetectionFilters, order: Order): DetectionFilters {
  if (order === 'stored') return {};
  const { device, label, from, to } = filters;
  return {
    ...(device !== undefined && { device }),
    ...(device === undefined && label !== undefined && { label }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

interface Window {
  readonly order: Order;
  /** What `indexed` gives. */
  readonly by: DetectionFilters;
  readonly after: Position | null;
  /** Rows that are looked at. */
  readonly size: number;
}

/** Up to where so many rows are; null: they are fewer, and in the order `stored` none. */
export function windowEnd(
  database: SqlDatabase,
  { order, by, after, size }: Window,
): Position | null {
  if (order === 'stored') return storedEnd(database, after?.[1] ?? 0, size);
  const { conditions, parameters } = conditionsOf(by);
  const where = [...conditions, ...(after ? [ORDERS[order].beyond] : [])];
  const row = database
    .prepare<(string | number)[], { at: number; id: number }>(
      `SELECT captured_at AS at, id FROM detections d
       ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
       ORDER BY ${ORDERS[order].by} LIMIT 1 OFFSET ?`,
    )
    .get(...parameters, ...(after ?? []), size - 1);
  return row ? [row.at, row.id] : null;
}

/** By ids alone, which have few gaps. */
function storedEnd(database: SqlDatabase, after: number, size: number): Position | null {
  const newest = database
    .prepare<[], number | null>('SELECT max(id) FROM detections')
    .pluck()
    .get();
  const first = database
    .prepare<[number], number>('SELECT id FROM detections WHERE id > ? ORDER BY id LIMIT 1')
    .pluck()
    .get(after);
  if (!newest || first === undefined) return null;
  return [0, Math.min(first + size - 1, Math.max(newest, first))];
}
