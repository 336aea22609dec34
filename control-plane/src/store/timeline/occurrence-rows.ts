import type { CameraId, CameraState, EpochMillis, OccurrenceId, Sha256 } from '@edgeloop/protocol';

/** The begin or the end of an occurrence, as stored. */
export interface OccurrenceRow {
  readonly type: 'new' | 'end';
  readonly occurrence: OccurrenceId;
  readonly label: string;
  readonly score: number;
  readonly started_at: EpochMillis;
  readonly captured_at: EpochMillis;
  readonly model: Sha256;
}

/** One interval, in milliseconds. */
export interface Interval {
  readonly camera: CameraId;
  readonly id: OccurrenceId | null;
  readonly label: string;
  readonly score: number;
  readonly begin: EpochMillis;
  /** Null: it stands there now. */
  readonly end: EpochMillis | null;
  /** Null: of several, or where the rows are so many that it was not read. */
  readonly model: Sha256 | null;
  readonly count: number;
}

/**
 * An end tells all of its occurrence. A begin without one: it is what stands there, or its end got
 * lost (the agent was killed, rows were evicted), and it was last heard of then.
 * @param rows of one camera, oldest first
 * @param state what the camera says that it sees; null: nothing
 */
export function occurrencesOf(
  camera: CameraId,
  rows: readonly OccurrenceRow[],
  state: CameraState | null,
): Interval[] {
  const intervals = new Map<OccurrenceId, Interval>();
  for (const { type, occurrence: id, label, score, started_at, captured_at, model } of rows) {
    const end = type === 'new' && id === state?.occurrence ? null : captured_at;
    intervals.set(id, { camera, id, label, score, begin: started_at, end, model, count: 1 });
  }
  const now = state && openInterval(camera, state);
  if (now?.id && !intervals.has(now.id)) intervals.set(now.id, now);
  return [...intervals.values()].sort((a, b) => a.begin - b.begin);
}

function openInterval(camera: CameraId, state: CameraState): Interval | null {
  const { label, score, since, occurrence: id, model } = state;
  if (id === null || label === null) return null;
  const begin = Date.parse(since) as EpochMillis;
  return { camera, id, label, score, begin, end: null, model, count: 1 };
}
