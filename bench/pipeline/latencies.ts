import type { HeardResult } from './heard-results.ts';

/** A frame as it was shown. */
export interface ShownFrame {
  readonly at: number;
  readonly wall: number;
}

/** The agent tells a capture to the millisecond. */
const ROUNDING = 1;

/**
 * Milliseconds from when a frame was shown until its result was heard. A result belongs to the last
 * frame that was shown by its capture: frames are further apart than a result takes to be captured.
 */
export function latencies(shown: readonly ShownFrame[], heard: readonly HeardResult[]): number[] {
  const found: number[] = [];
  let next = 0;
  for (const { at, capturedAt } of heard) {
    while (next < shown.length && (shown[next] as ShownFrame).wall <= capturedAt + ROUNDING)
      next += 1;
    const frame = shown[next - 1];
    if (frame) found.push(at - frame.at);
  }
  return found;
}
