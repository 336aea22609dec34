import { timestamp } from '@edgeloop/protocol/ids';
import { ControlPlaneError } from '../../errors.ts';
import type { DetectionFilters } from '../../resources/detection.ts';
import type { DetectionMix, DetectionMixQuery } from '../../resources/detection-mix.ts';
import { BUCKETS, MOST_BUCKETS } from '../../resources/mix-buckets.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { conditionsOf, OCCURRENCES } from './detection-filters.ts';
import { indexed } from './detection-orders.ts';

/** Rows that are looked at: the latest. Other readers wait as long. */
const MOST_ROWS = 250_000;
const MOST_CLASSES = 20;

interface Count {
  readonly bucket: number;
  readonly label: string;
  readonly count: number;
}

/**
 * Occurrences by class and time, of those that fit every filter.
 * @param most looks at so many at most, the latest
 * @throws ControlPlaneError `REQUEST_INVALID` for too many buckets, or none
 */
export function countMix(
  database: SqlDatabase,
  { bucket, ...filters }: DetectionMixQuery,
  most = MOST_ROWS,
): DetectionMix {
  const width = BUCKETS[bucket];
  const [from, to] = [Date.parse(filters.from), Date.parse(filters.to)];
  const starts = bucketStarts(from, to, width);
  const by = indexed(filters, 'newest');
  const given = conditionsOf(filters, by);
  const countedFrom = latestFrom(database, by, most) ?? from;
  const where = [OCCURRENCES, 'd.captured_at >= ?', ...given.conditions].join(' AND ');
  const counts = database
    .prepare<(string | number)[], Count>(
      // Numbers are bound as reals.
      `SELECT CAST((d.captured_at - ?) / ? AS INTEGER) AS bucket, d.label, count(*) AS count
       FROM detections d WHERE ${where} GROUP BY 1, 2`,
    )
    .all(from, width, countedFrom, ...given.parameters);
  return {
    buckets: starts.map(timestamp),
    ...byClass(counts, starts.length),
    counted: counts.reduce((sum, { count }) => sum + count, 0),
    countedFrom: timestamp(countedFrom),
  };
}

function bucketStarts(from: number, to: number, width: number): number[] {
  const buckets = Math.ceil((to - from) / width);
  if (buckets >= 1 && buckets <= MOST_BUCKETS) {
    return Array.from({ length: buckets }, (_, i) => from + i * width);
  }
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected a time to after from and at most ${MOST_BUCKETS} buckets between them, received ${Math.max(0, buckets)}. Choose a longer bucket or a shorter time.`,
  );
}

/**
 * From when on there are no more than that; null: there are no more at all.
 * @param by by which rows are found: by the other filters they are looked at in vain, which counts
 * as well
 */
function latestFrom(database: SqlDatabase, by: DetectionFilters, most: number): number | null {
  const { conditions, parameters } = conditionsOf(by);
  // Of the indexes that of time alone leaves out what is no occurrence.
  const isByTime = by.device === undefined && by.label === undefined;
  const where = [...(isByTime ? [OCCURRENCES] : []), ...conditions].join(' AND ');
  const first = database
    .prepare<(string | number)[], number>(
      `SELECT d.captured_at FROM detections d WHERE ${where}
       ORDER BY d.captured_at DESC LIMIT 1 OFFSET ?`,
    )
    .pluck()
    .get(...parameters, most);
  // Others of the same moment are left out with it.
  return first === undefined ? null : first + 1;
}

function byClass(counts: readonly Count[], buckets: number) {
  const series = new Map<string, { readonly counts: number[]; sum: number }>();
  for (const { bucket, label, count } of counts) {
    const of = series.get(label) ?? { counts: Array<number>(buckets).fill(0), sum: 0 };
    of.counts[bucket] = count;
    of.sum += count;
    series.set(label, of);
  }
  const ordered = [...series].sort(([a, x], [b, y]) => y.sum - x.sum || (a < b ? -1 : 1));
  const rest = ordered.slice(MOST_CLASSES).map(([, { counts }]) => counts);
  const others = Array.from({ length: buckets }, (_, i) =>
    rest.reduce((sum, of) => sum + (of[i] ?? 0), 0),
  );
  return {
    classes: ordered.slice(0, MOST_CLASSES).map(([label, { counts }]) => ({ label, counts })),
    others: rest.length > 0 ? others : null,
  };
}
