import type { CameraId, CameraState, DeviceId, EpochMillis } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { Database } from '@edgeloop/sqlite';
import type { Timeline, TimelineInterval } from '../../resources/timeline.ts';
import type { HealthSpan } from '../history/health-levels.ts';
import { type FrameRow, joinFrames } from '../timeline/join-frames.ts';
import { mergeIntervals } from '../timeline/merge-intervals.ts';
import { type Interval, type OccurrenceRow, occurrencesOf } from '../timeline/occurrence-rows.ts';

export interface TimelineRequest extends HealthSpan {
  readonly device: DeviceId;
  /** Absent: every camera. */
  readonly camera?: CameraId | undefined;
}

/** Rows of one camera that are read at once, the newest: others wait for this thread. */
export const MOST_ROWS = 20_000;

interface CameraRow {
  readonly camera: CameraId;
  readonly state: string;
}

/** By the index `detections_of_occurrences`: how an occurrence went on in between is not looked at. */
export const OCCURRENCE_ROWS = `
  SELECT type, json_extract(body, '$.occurrence') AS occurrence, label,
    json_extract(body, '$.topScore') AS score, json_extract(body, '$.startedAt') AS started_at,
    captured_at, digest AS model
  FROM detections d JOIN models ON models.id = d.model_id
  WHERE device_id = ? AND camera = ? AND type IN ('new', 'end') AND captured_at >= ? AND captured_at < ?`;

/** By the index `detections_by_device`. */
const FRAME_ROWS = `
  SELECT label, score, captured_at, digest AS model
  FROM detections d JOIN models ON models.id = d.model_id
  WHERE device_id = ? AND camera = ? AND type = 'frame' AND captured_at >= ? AND captured_at < ?
  ORDER BY captured_at DESC LIMIT ${MOST_ROWS}`;

type OfSpan = [number, CameraId, EpochMillis, EpochMillis];
type Stored = Omit<OccurrenceRow, 'started_at'> & { readonly started_at: string };

/** What stood before a device's cameras in a span of time. Null: nothing is known of the device. */
export function readTimeline(
  database: Database,
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
    ...{ device, from: timestamp(from), to: timestamp(to) },
    intervals: read.flatMap(({ intervals }) => intervals.map(view)),
    wholeFrom: cuts.length === 0 ? null : timestamp(Math.max(...cuts)),
  };
}

function readCamera(
  database: Database,
  device: number,
  { camera, state }: CameraRow,
  span: HealthSpan,
) {
  const { from, to } = span;
  const rows = readOccurrences(database, [device, camera, from, to]);
  const all = occurrencesOf(camera, rows, JSON.parse(state) as CameraState).filter(
    ({ begin, end }) => begin < to && (end === null || end >= from),
  );
  if (all.length > 0) return { intervals: mergeIntervals(all, span), wholeFrom: cutOf(rows) };
  const frames = database.prepare<OfSpan, FrameRow>(FRAME_ROWS).all(device, camera, from, to);
  const joined = joinFrames(camera, frames.reverse());
  return { intervals: mergeIntervals(joined, span), wholeFrom: cutOf(frames) };
}

/** Oldest first; with the one row after the span, which may end what began in it. */
function readOccurrences(database: Database, [device, camera, from, to]: OfSpan): OccurrenceRow[] {
  const within = database
    .prepare<OfSpan, Stored>(`${OCCURRENCE_ROWS} ORDER BY captured_at DESC LIMIT ${MOST_ROWS}`)
    .all(device, camera, from, to);
  const after = database
    .prepare<OfSpan, Stored>(`${OCCURRENCE_ROWS} ORDER BY captured_at LIMIT 1`)
    .all(device, camera, to, Number.MAX_SAFE_INTEGER as EpochMillis);
  return [...within.reverse(), ...after].map((row) => ({
    ...row,
    started_at: Date.parse(row.started_at) as EpochMillis,
  }));
}

/** Before when rows were left out; null: none were. @param rows oldest first */
function cutOf(rows: readonly { readonly captured_at: EpochMillis }[]): EpochMillis | null {
  return rows.length < MOST_ROWS ? null : (rows[0]?.captured_at ?? null);
}

const view = ({ begin, end, ...interval }: Interval): TimelineInterval => ({
  ...interval,
  begin: timestamp(begin),
  end: end === null ? null : timestamp(end),
});
