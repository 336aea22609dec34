import { addCounters, type Counters, coversCounts, subtractCounts } from './counters.ts';

/** What a device told: cumulative since its boot. */
export interface CounterReport {
  readonly boot: string;
  /** Grows within a boot. */
  readonly order: number;
  readonly counters: Counters;
}

/** What earlier boots counted, so that totals go on over them. */
export interface Carried {
  readonly total: Counters;
  /**
   * Boots that are over, as last told, newest first: a late word of one of them is known for what
   * it is.
   */
  readonly ended: readonly CounterReport[];
}

/** Of one device: more are forgotten, the longest ago first. */
const MOST_ENDED = 4;
/**
 * Models and cameras of one device whose totals are kept: of more, those counted longest ago are
 * dropped.
 */
const MOST_KEYS = 64;

const NOTHING: Carried = { total: {}, ended: [] };

/**
 * Takes in what a device told, so that the total (`totalOf`) only grows: over boots, over counters
 * that began anew or went away within a boot (a model that was swapped), over messages that come
 * twice or late.
 * @returns what is carried from now on, and whether what was told replaces what was told last;
 * null: it is late, and changes nothing
 */
export function carry(
  carried: Carried | null,
  last: CounterReport | null,
  next: CounterReport,
): Carried | null {
  const kept = carried ?? NOTHING;
  if (last === null) return kept;
  if (next.boot === last.boot) {
    return isLater(last, next) ? { ...kept, total: addLost(kept.total, last, next) } : null;
  }
  const ended = kept.ended.filter(({ boot }) => boot !== next.boot);
  const before = kept.ended.find(({ boot }) => boot === next.boot);
  // A boot that was taken for over, and is not: another's word came in between.
  if (before && !isLater(before, next)) return null;
  const lasting = before ? addLost(subtract(kept.total, before), before, next) : kept.total;
  return {
    total: bounded(addCounters(lasting, last.counters)),
    ended: [last, ...ended].slice(0, MOST_ENDED),
  };
}

/** All that a device ever counted. */
export function totalOf(carried: Carried | null, last: CounterReport | null): Counters {
  return addCounters(carried?.total ?? {}, last?.counters ?? {});
}

function isLater(last: CounterReport, next: CounterReport): boolean {
  if (next.order > last.order) return true;
  // A clock that was set back: what was counted has grown all the same.
  return next.order < last.order && lostKeys(last, next).length === 0;
}

/** What the next message no longer counts. */
function addLost(total: Counters, last: CounterReport, next: CounterReport): Counters {
  const lost = lostKeys(last, next).map((key) => [key, last.counters[key]] as const);
  if (lost.length === 0) return total;
  return bounded(addCounters(total, Object.fromEntries(lost) as Counters));
}

const lostKeys = (last: CounterReport, next: CounterReport) =>
  Object.keys(last.counters).filter(
    (key) => !coversCounts(next.counters[key], last.counters[key] ?? 0),
  );

function subtract(total: Counters, { counters }: CounterReport): Counters {
  const rest = Object.entries(total).map(([key, counts]) => {
    const less = counters[key];
    return [key, less === undefined ? counts : subtractCounts(counts, less)] as const;
  });
  return Object.fromEntries(rest);
}

function bounded(total: Counters): Counters {
  const keys = Object.keys(total);
  if (keys.length <= MOST_KEYS) return total;
  return Object.fromEntries(Object.entries(total).slice(-MOST_KEYS));
}
