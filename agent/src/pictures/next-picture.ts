import type { CameraId, Millis } from '@edgeloop/protocol';
import { type CameraTurn, dueAt, type Pace } from './camera-turn.ts';

/** What is to be sent now, or until when there is nothing; null: until something comes. */
export type NextPicture =
  | { readonly kind: 'frame'; readonly camera: CameraId }
  | { readonly kind: 'thumbnail' }
  | { readonly kind: 'wait'; readonly until: Millis | null };

/**
 * Whom somebody looks at comes first, then thumbnails, then the last frames; the one that is due
 * longest before others.
 */
export function nextPicture(
  cameras: ReadonlyMap<CameraId, CameraTurn>,
  thumbnailWaits: boolean,
  pace: Pace,
  now: Millis,
): NextPicture {
  const due = Array.from(cameras, ([camera, turn]) => ({
    camera,
    at: dueAt(turn, pace),
    looked: turn.preview !== null,
  }))
    .flatMap(({ at, ...one }) => (at === null ? [] : [{ ...one, at }]))
    .sort((a, b) => Number(b.looked) - Number(a.looked) || a.at - b.at);
  const next = due.find(({ at }) => at <= now);
  if (next?.looked) return { kind: 'frame', camera: next.camera };
  if (thumbnailWaits && pace.quietUntil <= now) return { kind: 'thumbnail' };
  if (next) return { kind: 'frame', camera: next.camera };
  const times = [...due.map(({ at }) => at), ...(thumbnailWaits ? [pace.quietUntil] : [])];
  return { kind: 'wait', until: times.length > 0 ? (Math.min(...times) as Millis) : null };
}
