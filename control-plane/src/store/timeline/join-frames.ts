import type { CameraId, EpochMillis, Sha256 } from '@edgeloop/protocol';
import type { Interval } from './occurrence-rows.ts';

/** A single result (`decide.mode: frame`), as stored. */
export interface FrameRow {
  readonly label: string;
  readonly score: number;
  readonly captured_at: EpochMillis;
  readonly model: Sha256;
}

/** Frames that are farther apart are not one. */
const LONGEST_BREAK = 10_000;

/**
 * Frames of one label that follow each other are one interval.
 * @param rows of one camera, oldest first
 */
export function joinFrames(camera: CameraId, rows: readonly FrameRow[]): Interval[] {
  const intervals: Interval[] = [];
  for (const { label, score, captured_at: at, model } of rows) {
    const last = intervals.at(-1);
    const goesOn =
      last?.label === label && last.model === model && at - (last.end as number) <= LONGEST_BREAK;
    if (goesOn) {
      const top = Math.max(last.score, score);
      intervals[intervals.length - 1] = { ...last, end: at, score: top, count: last.count + 1 };
    } else {
      intervals.push({ camera, id: null, label, score, begin: at, end: at, model, count: 1 });
    }
  }
  return intervals;
}
