import { type Millis, millis } from '@edgeloop/protocol';

/** What is known of one camera's pictures, by a monotonic clock. */
export interface CameraTurn {
  /** When the newest frame was taken; null: none yet. */
  readonly frameAt: Millis | null;
  /**
   * When the frame was taken that was sent last, and when it was tried to send it; null: none yet.
   */
  readonly sent: { readonly frameAt: Millis; readonly at: Millis } | null;
  /** Between two frames, while somebody looks; null: nobody does. */
  readonly preview: Millis | null;
}

/** How fast pictures may go. */
export interface Pace {
  /** Between two frames of a camera that nobody looks at. */
  readonly every: Millis;
  /** Until then nothing goes but previews: pictures take a small part of a slow uplink. */
  readonly quietUntil: Millis;
}

/** When the next frame of a camera is to be sent; null: there is no newer one than was sent. */
export function dueAt({ frameAt, sent, preview }: CameraTurn, pace: Pace): Millis | null {
  if (frameAt === null || frameAt === sent?.frameAt) return null;
  const first = preview === null ? pace.quietUntil : millis(0);
  if (sent === null) return first;
  return millis(Math.max(first, sent.at + (preview ?? pace.every)));
}

/** So much of the time an uplink is left to others after a picture. */
const SHARE_OF_OTHERS = 9;

/**
 * How long nothing goes after a picture that took so long: pictures have at most a tenth of the
 * time.
 */
export const pauseAfter = (took: Millis): Millis => millis(SHARE_OF_OTHERS * took);
