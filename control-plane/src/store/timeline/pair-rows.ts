import type { CameraId, CameraState, EpochMillis } from '@edgeloop/protocol';
import type { Interval, OccurrenceRow } from './occurrence-rows.ts';

/** What an index alone tells of an occurrence's begin or end. */
export type BriefRow = Pick<OccurrenceRow, 'type' | 'label' | 'score' | 'captured_at'>;

/**
 * Where there are too many to be read whole: one stands before a camera after the other, so that an
 * end belongs to the begin before it. What has only one of both is told as that moment.
 * @param rows of one camera, oldest first
 * @param state what the camera says that it sees; null: nothing
 */
export function pairRows(
  camera: CameraId,
  rows: Iterable<BriefRow>,
  state: CameraState | null,
): Interval[] {
  const intervals: Interval[] = [];
  const say = (from: BriefRow, to: BriefRow, end: EpochMillis | null) => {
    const { captured_at: begin } = from;
    const score = Math.max(from.score, to.score);
    intervals.push({ camera, id: null, label: to.label, score, begin, end, model: null, count: 1 });
  };
  let begun: BriefRow | null = null;
  for (const row of rows) {
    const ends = row.type === 'end' && begun?.label === row.label;
    if (begun && !ends) say(begun, begun, begun.captured_at);
    if (row.type === 'end') say(ends ? (begun as BriefRow) : row, row, row.captured_at);
    begun = row.type === 'new' ? row : null;
  }
  const isOpen = begun !== null && state?.occurrence && state.label === begun.label;
  if (begun) say(begun, begun, isOpen ? null : begun.captured_at);
  return intervals;
}
