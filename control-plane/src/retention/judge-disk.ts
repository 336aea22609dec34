import type { Bytes } from '@edgeloop/protocol';

/** What is still taken: everything; no more pictures and models; nothing. */
export type DiskState = 'room' | 'no-samples' | 'full';

export interface DiskMarks {
  /** With less than this free, samples and models are refused. */
  readonly samples: Bytes;
  /** With less than this free, detections are not stored either: devices keep them. */
  readonly detections: Bytes;
}

/** So much more must be free than the mark before it is left again: no flapping around it. */
const HYSTERESIS = 1.125;

/** Samples first, detections last. */
export function judgeDisk(before: DiskState, free: Bytes, marks: DiskMarks): DiskState {
  const mark = (bytes: number, passed: boolean) => (passed ? bytes * HYSTERESIS : bytes);
  if (free < mark(marks.detections, before === 'full')) return 'full';
  if (free < mark(marks.samples, before !== 'room')) return 'no-samples';
  return 'room';
}
