import type {
  CameraId,
  CameraState,
  DeviceId,
  EpochMillis,
  OccurrenceDetection,
} from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { Timeline, TimelineInterval } from '../../resources/timeline.ts';
import type { HealthSpan } from '../history/health-levels.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type FrameRow, joinFrames } from '../timeline/join-frames.ts';
import { mergeIntervals } from '../timeline/merge-intervals.ts';
import { type Interval, type OccurrenceRow, occurrencesOf } from '../timeline/occurrence-rows.ts';
import { type BriefRow, pairRows } from '../timeline/pair-rows.ts';

export interface TimelineRequest extends HealthSpan {
  readonly device: DeviceId;
  /** Absent: every camera. */
  readonly camera?: CameraId | undefined;
}

/**
 * Rows of one camera that are read whole. Of more the index alone is read, which is some thirty
 * times as fast.
 */
const MOST_WHOLE = 2_000;
/** That are read at once, the newest: others wait for this thread. */
const MOST_BRIEF = 100_000;
const MOST_FRAMES = 20_000;

interface CameraRow {
  readonly camera: CameraId;
  readonly state: string;
}

const OF_SPAN = `device_id = ? AND camera = ? AND captured_at >= ? AND captured_at < ?`;

/**
 * By the index `detections_of_occurrences`: how an occurrence went on in between is not looked at.
 */
export const WHOLE_ROWS = `
  SELECT type, body, label, captured_at, digest AS model
  FROM detections d JOIN models ON models.id = d.model_id
  WHERE type IN ('new', 'end') AND ${OF_SPAN}`;

/** By that index alone. */
export const BRIEF_ROWS = `
  SELECT type, label, score, captured_at FROM detections WHERE type IN ('new', 'end') AND ${OF_SPAN}
  ORDER BY captured_at DESC LIMIT ${MOST_BRIEF}`;

/** By the index `detections_by_device`. */
const FRAME_ROWS = `
  SELECT label, score, captured_at, digest AS model
  FROM detections d JOIN models ON models.id = d.model_id
  WHERE type = 'frame' AND ${OF_SPAN} ORDER BY captured_at DESC LIMIT ${MOST_FRAMES}`;

type OfSpan = [number, CameraId, EpochMillis, EpochMillis];
type Stored = Pick<OccurrenceRow, 'type' | 'label' | 'captured_at' | 'model'> & {
  readonly body: string;
};
type Body = Pick<OccurrenceDetection, 'occurrence' | 'topScore' | 'startedAt'>;

/** What stood before a device's cameras in a span of time. Null: nothing is known of the device. */
export function readTimeline(
  database: SqlDatabase,
  { device, camera, from, to }: TimelineRequest,
): Timeline | null {
  const id = database
    .prepare<[DeviceId], number>('SELECT id FROM devices WHERE device = ?')
    .pluck()
    .get(device);
  if (id === undefined) return null;
  const cameras = database
    .prepare<[number], CameraRow>('SELECT camera, state FROM camera_states WHERE device_id = ?')
    .all(id)
    .filter((row) => camera === undefined || row.camera === camera);
  const read = cameras.map((row) => readCamera(database, id, row, { from, to }));
  const cuts = read.flatMap(({ wholeFrom }) => (wholeFrom === null ? [] : [wholeFrom]));
  return {
    device,
    from: timestamp(from),
    to: timestamp(to),
    intervals: read.flatMap(({ intervals }) => intervals.map(view)),
    wholeFrom: cuts.length === 0 ? null : timestamp(Math.max(...cuts)),
  };
}

function readCamera(
  database: SqlDatabase,
  device: number,
  { camera, state }: CameraRow,
  span: HealthSpan,
) {
  const of: OfSpan = [device, camera, span.from, span.to];
  const current = JSON.parse(state) as CameraState;
  const rows = readWhole(database, of);
  if (rows === null) {
    const brief = database.prepare<OfSpan, BriefRow>(BRIEF_ROWS).all(...of);
    const intervals = pairRows(camera, brief.reverse(), current);
    return { intervals: mergeIntervals(intervals, span), wholeFrom: cutOf(brief, MOST_BRIEF) };
  }
  const all = occurrencesOf(camera, rows, current).filter(
    ({ begin, end }) => begin < span.to && (end === null || end >= span.from),
  );
  if (all.length > 0) return { intervals: mergeIntervals(all, span), wholeFrom: null };
  const frames = database.prepare<OfSpan, FrameRow>(FRAME_ROWS).all(...of);
  const joined = joinFrames(camera, frames.reverse());
  return { intervals: mergeIntervals(joined, span), wholeFrom: cutOf(frames, MOST_FRAMES) };
}

/**
 * Oldest first; with the one row after the span, which may end what began in it. Null: they are too
 * many.
 */
function readWhole(
  database: SqlDatabase,
  [device, camera, from, to]: OfSpan,
): OccurrenceRow[] | null {
  const within = database
    .prepare<OfSpan, Stored>(`${WHOLE_ROWS} ORDER BY captured_at LIMIT ${MOST_WHOLE + 1}`)
    .all(device, camera, from, to);
  if (within.length > MOST_WHOLE) return null;
  const after = database
    .prepare<OfSpan, Stored>(`${WHOLE_ROWS} ORDER BY captured_at LIMIT 1`)
    .all(device, camera, to, Number.MAX_SAFE_INTEGER as EpochMillis);
  return [...within, ...after].map(({ body, ...row }) => {
    const { occurrence, topScore: score, startedAt } = JSON.parse(body) as Body;
    return { ...row, occurrence, score, started_at: Date.parse(startedAt) as EpochMillis };
  });
}

/** Before when rows were left out; null: none were. @param rows oldest first */
function cutOf(
  rows: readonly { readonly captured_at: EpochMillis }[],
  most: number,
): EpochMillis | null {
  return rows.length < most ? null : (rows[0]?.captured_at ?? null);
}

const view = ({ begin, end, ...interval }: Interval): TimelineInterval => ({
  ...interval,
  begin: timestamp(begin),
  end: end === null ? null : timestamp(end),
});
