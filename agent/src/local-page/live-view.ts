import { setTimeout as delay } from 'node:timers/promises';
import { encodeThumbnail } from '@edgeloop/imaging';
import {
  type CameraId,
  type CameraState,
  type EpochMillis,
  type Millis,
  millis,
} from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';

/** A picture to look at. */
export interface LivePicture {
  /** Of its frame: those that come later have higher ones. */
  readonly number: number;
  readonly capturedAt: EpochMillis;
  /** What stood before the camera by then; null: nothing was said yet. */
  readonly state: CameraState | null;
  /** JPEG. */
  readonly content: Uint8Array;
}

/**
 * Why there is no picture: nothing newer came in time; too many wait already; there is no such
 * camera.
 */
export type NoPicture = 'none' | 'busy' | 'unknown';

interface CameraView {
  frame: Frame | null;
  number: number;
  state: CameraState | null;
  encoded: { readonly number: number; readonly picture: Promise<LivePicture> } | null;
  encodedAt: Millis;
  readonly waiting: Set<() => void>;
}

/** Pixels of the longer side; quality of the JPEG. */
const [SIZE, QUALITY] = [640, 70];
/** Between two pictures of a camera, for all who look together. */
const INTERVAL: Millis = millis(200);
/** So long a viewer waits for a newer one. */
const PATIENCE: Millis = millis(10_000);
/** Viewers that wait, of all cameras; one more is sent away. */
const MOST_WAITING = 16;

/**
 * What the cameras see and the model says of it, for who looks right now. Until someone does, it
 * costs nothing: the newest frame is noted, and is encoded when a viewer asks, once for all of
 * them.
 */
export class LiveView {
  readonly #cameras: ReadonlyMap<CameraId, CameraView>;
  readonly #monotonic: () => Millis;
  /** Those who wait for a picture. */
  readonly #viewers = new Set<AbortController>();

  constructor(cameras: Iterable<CameraId>, monotonic: () => Millis) {
    this.#cameras = new Map(Array.from(cameras, (camera) => [camera, nothingShown()]));
    this.#monotonic = monotonic;
  }

  /** A frame that was classified. Returns at once. */
  see(camera: CameraId, frame: Frame): void {
    const shown = this.#cameras.get(camera);
    if (!shown) return;
    shown.frame = frame;
    shown.number += 1;
    for (const wake of shown.waiting) wake();
    shown.waiting.clear();
  }

  /** What stands before it now. */
  tell(camera: CameraId, state: CameraState): void {
    const shown = this.#cameras.get(camera);
    if (shown) shown.state = state;
  }

  stateOf(camera: CameraId): CameraState | null {
    return this.#cameras.get(camera)?.state ?? null;
  }

  /** Who waits is sent away. */
  close(): void {
    for (const viewer of this.#viewers) viewer.abort();
  }

  /**
   * The newest picture of a camera, if it is newer than one that was seen; else the next, which is
   * waited for.
   * @param after its number; 0: none was seen; a higher one than any here is of an agent of before
   * @param signal the viewer is gone
   */
  async picture(
    camera: CameraId,
    after: number,
    signal: AbortSignal,
  ): Promise<LivePicture | NoPicture> {
    const shown = this.#cameras.get(camera);
    if (!shown) return 'unknown';
    if (this.#viewers.size >= MOST_WAITING) return 'busy';
    const viewer = new AbortController();
    const end = () => viewer.abort();
    const patience = setTimeout(end, PATIENCE);
    signal.addEventListener('abort', end);
    this.#viewers.add(viewer);
    try {
      const seen = after > shown.number ? 0 : after;
      return (await this.#newer(shown, seen, viewer.signal)) ?? 'none';
    } finally {
      this.#viewers.delete(viewer);
      signal.removeEventListener('abort', end);
      clearTimeout(patience);
    }
  }

  async #newer(shown: CameraView, after: number, ended: AbortSignal): Promise<LivePicture | null> {
    if (shown.number <= after) await comes(shown, ended);
    if (shown.encoded?.number !== shown.number) {
      const rest = shown.encodedAt + INTERVAL - this.#monotonic();
      if (rest > 0) await delay(rest, undefined, { signal: ended }).catch(() => {});
    }
    if (ended.aborted || shown.number <= after || !shown.frame) return null;
    return this.#encode(shown, shown.frame);
  }

  #encode(shown: CameraView, { image, capturedAt }: Frame): Promise<LivePicture> {
    // Of a frame the state is told before its picture is shown.
    const { number, state } = shown;
    if (shown.encoded?.number === number) return shown.encoded.picture;
    shown.encodedAt = this.#monotonic();
    const picture = encodeThumbnail(image.kind === 'raw' ? image : image.bytes, SIZE, QUALITY).then(
      (content) => ({ number, capturedAt, state, content }),
    );
    shown.encoded = { number, picture };
    return picture;
  }
}

const nothingShown = (): CameraView => ({
  frame: null,
  number: 0,
  state: null,
  encoded: null,
  waiting: new Set(),
  encodedAt: millis(Number.NEGATIVE_INFINITY),
});

/** Until the next frame, or the signal. */
function comes({ waiting }: CameraView, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      waiting.delete(end);
      resolve();
    };
    waiting.add(end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
