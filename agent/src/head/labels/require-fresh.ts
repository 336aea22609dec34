import { type CameraId, type Millis, millis } from '@edgeloop/protocol';
import type { Frame } from '../../camera/frame.ts';
import type { CameraConfig } from '../../config/config.ts';
import { longestInterval } from '../../config/frame-interval.ts';
import { AgentError } from '../../errors.ts';

/** A person who labels looks at what is there: it has changed by then. */
const FRESH = 10_000;
/** A frame may be lost, and the next be late. */
const INTERVALS = 3;

/**
 * A last frame is what stands before the camera now.
 * @param now monotonic
 * @throws AgentError `LABEL_REFUSED` for one of before: of a camera that rests, shows nothing, or
 * whose model fails
 */
export function requireFresh(
  id: CameraId,
  camera: Pick<CameraConfig, 'source' | 'look'>,
  { monotonic }: Pick<Frame, 'monotonic'>,
  now: Millis,
): void {
  const limit = millis(Math.max(FRESH, INTERVALS * longestInterval(camera)));
  const age = now - monotonic;
  if (age <= limit) return;
  const message = `Expected a frame of ${id} that is at most ${inSeconds(limit)} s old, received one of ${inSeconds(age)} s ago: what it shows may be gone. Does it rest, show nothing, or does its model fail? A picture can be labelled instead.`;
  throw new AgentError('LABEL_REFUSED', message);
}

const inSeconds = (time: number): number => Math.round(time / 1000);
