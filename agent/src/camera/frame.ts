import type { RawImage } from '@edgeloop/imaging';
import type { EpochMillis, Millis } from '@edgeloop/protocol';

/** A picture as the camera gave it: a file of its own, or pixels. */
export type FrameImage =
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  | ({ readonly kind: 'raw' } & RawImage);

/** One picture of a camera. */
export interface Frame {
  readonly image: FrameImage;
  readonly capturedAt: EpochMillis;
  /** The same moment by the monotonic clock. */
  readonly monotonic: Millis;
  /** Name of the picture, where the source has one. */
  readonly name?: string;
}

/** Where a source puts its frames. */
export interface FrameSink {
  /**
   * Resolves when the source may go on: at once where the newest frame wins, after the frame was
   * handled where each counts. A source that can wait does so.
   */
  frame(frame: Frame): Promise<void>;
  /** A picture that could not even be read. */
  unreadable(name: string, cause: unknown): void;
}

/**
 * A camera, or what stands for one: the port of every source.
 *
 * `run` delivers frames until the source has no more (resolves: finished), until it fails (rejects
 * with an `AgentError`) or until the signal aborts (resolves, with everything that it opened
 * closed). It may be called again.
 */
export interface CameraSource {
  /** For logs and `reported`: `directory /var/lib/pictures`. */
  readonly description: string;
  run(sink: FrameSink, signal: AbortSignal): Promise<void>;
}
