import type { DetectionPage, StoredDetection } from '../../../../src/resources/detection.ts';

/** What is listed, newest first, and what came since and waits until one wants to see it. */
export interface DetectionList {
  readonly rows: readonly StoredDetection[];
  readonly waiting: readonly StoredDetection[];
  /** More came than can wait: it is read again. */
  readonly overflowed: boolean;
  /** Where the page behind the rows begins; null: there is none. */
  readonly next: string | null;
}

/** Rows that are drawn: one who wants more asks for less, or exports. */
export const MOST_ROWS = 2_000;
/** What waits; of more the oldest is dropped, and all is read again when it is to be shown. */
export const MOST_WAITING = 500;

export const EMPTY_LIST: DetectionList = { rows: [], waiting: [], overflowed: false, next: null };

/** A page that was read behind those that are there. */
export const addOlder = (
  list: DetectionList,
  { detections, next }: DetectionPage,
): DetectionList => ({ ...list, rows: merge(list.rows, detections), next });

/**
 * The newest once more, since some may not have been heard. What was read behind them stays, where
 * the two meet: else there is a gap between them, and it begins anew, at once or when one wants to
 * see it.
 */
export function addNewest(
  list: DetectionList,
  page: DetectionPage,
  follow: boolean,
): DetectionList {
  const { detections } = page;
  const read = new Set(detections.map(({ id }) => id));
  if (list.rows.some(({ id }) => read.has(id))) {
    if (!follow) return wait({ ...list, overflowed: false }, detections);
    const waiting = list.waiting.filter(({ id }) => !read.has(id));
    return { ...list, rows: merge(list.rows, detections), waiting, overflowed: false };
  }
  const isBare = list.rows.length === 0 || detections.length === 0;
  if (follow || isBare) return addOlder(EMPTY_LIST, page);
  return { ...list, waiting: detections.slice(0, MOST_WAITING), overflowed: true };
}

interface Hearing {
  readonly isWanted: (detection: StoredDetection) => boolean;
  /** They are shown at once. */
  readonly follow: boolean;
  /** What tells of an occurrence that is listed changes its row in place. */
  readonly update: boolean;
}

/** Some that were stored now. */
export function hear(
  list: DetectionList,
  heard: readonly StoredDetection[],
  { isWanted, follow, update }: Hearing,
): DetectionList {
  const wanted = heard.filter(isWanted);
  // Before a gap nothing is shown: it would not be seen.
  const atOnce = follow && !list.overflowed;
  const next = atOnce ? { ...list, rows: merge(list.rows, wanted) } : wait(list, wanted);
  return update ? heard.reduce(updateInPlace, next) : next;
}

function wait(list: DetectionList, wanted: readonly StoredDetection[]): DetectionList {
  if (wanted.length === 0) return list;
  const known = new Set(list.rows.map(({ id }) => id));
  const waiting = merge(
    list.waiting,
    wanted.filter(({ id }) => !known.has(id)),
  );
  const overflowed = list.overflowed || waiting.length > MOST_WAITING;
  return { ...list, waiting: waiting.slice(0, MOST_WAITING), overflowed };
}

/** What waits is before one. */
export const showWaiting = ({ rows, waiting, next }: DetectionList): DetectionList => ({
  next,
  rows: merge(rows, waiting),
  waiting: [],
  overflowed: false,
});

function updateInPlace(list: DetectionList, heard: StoredDetection): DetectionList {
  if (heard.type !== 'update' && heard.type !== 'end') return list;
  const isIts = (row: StoredDetection) =>
    row.type !== 'frame' &&
    row.occurrence === heard.occurrence &&
    row.device === heard.device &&
    row.seq < heard.seq;
  const update = (row: StoredDetection): StoredDetection =>
    // It stays at its place: by the time and the number of its beginning.
    isIts(row) ? { ...heard, id: row.id, capturedAt: row.capturedAt } : row;
  const change = (rows: readonly StoredDetection[]) => (rows.some(isIts) ? rows.map(update) : rows);
  return { ...list, rows: change(list.rows), waiting: change(list.waiting) };
}

/** By capture, newest first; none twice. */
function merge(
  some: readonly StoredDetection[],
  others: readonly StoredDetection[],
): readonly StoredDetection[] {
  if (others.length === 0) return some;
  const byId = new Map([...others, ...some].map((one) => [one.id, one]));
  return [...byId.values()]
    .sort((a, b) =>
      a.capturedAt === b.capturedAt ? b.id - a.id : a.capturedAt < b.capturedAt ? 1 : -1,
    )
    .slice(0, MOST_ROWS);
}
