import { setTimeout as delay } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';
import { encodeThumbnail } from '@edgeloop/imaging';
import {
  type CameraId,
  type EpochMillis,
  type Health,
  type Millis,
  millis,
  type OccurrenceId,
  timestamp,
} from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';
import type { PicturesConfig } from '../config/config.ts';
import type { CameraTurn } from './camera-turn.ts';
import { nextPicture } from './next-picture.ts';
import { PictureUplink, type PictureUplinkOptions } from './picture-uplink.ts';
import { type Thumbnail, ThumbnailQueue } from './thumbnail-queue.ts';

export interface PicturesOptions extends Omit<PictureUplinkOptions, 'perHour'> {
  readonly config: PicturesConfig;
}

/** Somebody looks at a camera. */
interface Preview {
  readonly camera: CameraId;
  readonly interval: Millis;
  frames: number;
}

interface NewestPicture {
  frame: Frame | null;
  sent: CameraTurn['sent'];
}

const MOST_PREVIEWS = 4;

/**
 * Shows what the cameras see: small pictures of their last frames and of what began, one at a time,
 * over a connection of its own. Nothing waits for it: the newest frame of each camera is noted,
 * encoded when its time has come, and lost if not.
 */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #uplink: PictureUplink;
  readonly #cameras = new Map<CameraId, NewestPicture>();
  readonly #thumbnails: ThumbnailQueue;
  readonly #previews = new Set<Preview>();
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake = () => {};

  constructor(options: PicturesOptions) {
    this.#options = options;
    const { size, quality, perHour } = options.config;
    this.#uplink = new PictureUplink({ ...options, perHour });
    this.#thumbnails = new ThumbnailQueue({
      size,
      quality,
      onReady: () => this.#wake(),
      onDropped: () => this.#uplink.count('dropped'),
      onFailed: (error) => this.#unencoded(error),
    });
  }

  get health(): NonNullable<Health['pictures']> {
    return { ...this.#uplink.counters };
  }

  /** What a person has to mend. */
  get problems(): readonly string[] {
    const { problem } = this.#uplink;
    return problem === null ? [] : [problem];
  }

  /** @throws AgentError `CONFIG_INVALID` */
  async start(): Promise<void> {
    await this.#uplink.start();
    this.#running = this.#run();
  }

  /** What waits is lost. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#running;
    this.#uplink.close();
  }

  /** A frame that was classified, and the occurrences that began with it. Returns at once. */
  see(camera: CameraId, frame: Frame, begun: readonly OccurrenceId[]): void {
    const shown = this.#cameras.get(camera) ?? { frame: null, sent: null };
    const waited = shown.frame === null || shown.frame.monotonic === shown.sent?.frameAt;
    shown.frame = frame;
    this.#cameras.set(camera, shown);
    for (const occurrence of begun) this.#thumbnails.add(camera, frame, occurrence);
    if (waited) this.#wake();
  }

  /** Whether somebody looks at it now. */
  isPreviewed(camera: CameraId): boolean {
    return this.#intervalOf(camera) !== null;
  }

  /**
   * Shows a camera faster for a while.
   * @returns how many frames the server took; with why, where it was none
   */
  async preview(
    camera: CameraId,
    time: Millis,
    interval: Millis,
    signal: AbortSignal,
  ): Promise<{ readonly frames: number; readonly reason: string | null }> {
    if (this.#previews.size >= MOST_PREVIEWS) {
      return { frames: 0, reason: `expected at most ${MOST_PREVIEWS} previews at once` };
    }
    const preview: Preview = { camera, interval, frames: 0 };
    this.#previews.add(preview);
    this.#wake();
    const ends = [signal, this.#closing.signal];
    await untilAny(ends, (ended) => delay(time, undefined, { signal: ended })).catch(() => {});
    this.#previews.delete(preview);
    const { frames } = preview;
    return {
      frames,
      reason: frames > 0 ? null : (this.#uplink.trouble ?? 'the camera showed no frame'),
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const now = this.#options.clock.monotonic();
      const next = nextPicture(
        this.#turns(),
        this.#thumbnails.first !== undefined,
        this.#pace,
        now,
      );
      const until = Math.max(
        next.kind === 'wait' ? (next.until ?? Infinity) : now,
        this.#uplink.blockedUntil,
      );
      if (until > now) await this.#sleep(until - now);
      else if (next.kind === 'frame') await this.#sendFrame(next.camera);
      else if (next.kind === 'thumbnail') await this.#sendThumbnail();
    }
  }

  get #pace() {
    return { every: this.#options.config.every, quietUntil: this.#uplink.quietUntil };
  }

  #turns(): ReadonlyMap<CameraId, CameraTurn> {
    return new Map(
      Array.from(this.#cameras, ([camera, { frame, sent }]) => [
        camera,
        { frameAt: frame?.monotonic ?? null, sent, preview: this.#intervalOf(camera) },
      ]),
    );
  }

  #intervalOf(camera: CameraId): Millis | null {
    const intervals = Array.from(this.#previews).flatMap((preview) =>
      preview.camera === camera ? [preview.interval] : [],
    );
    return intervals.length === 0 ? null : millis(Math.min(...intervals));
  }

  /** Until then, or until something comes. */
  #sleep(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(time) ? setTimeout(resolve, time) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  async #sendFrame(camera: CameraId): Promise<void> {
    const shown = this.#cameras.get(camera);
    if (!shown?.frame) return;
    const { image, monotonic: frameAt, capturedAt } = shown.frame;
    const { clock, config } = this.#options;
    shown.sent = { frameAt, at: clock.monotonic() };
    try {
      const picture = image.kind === 'raw' ? image : image.bytes;
      const content = await encodeThumbnail(picture, config.size, config.quality);
      const path = `/api/device/cameras/${camera}/picture?${query({ capturedAt })}`;
      if (!(await this.#uplink.send(path, content, this.#closing.signal))) return;
      for (const preview of this.#previews) if (preview.camera === camera) preview.frames += 1;
    } catch (error) {
      this.#unencoded(error as Error);
    }
  }

  async #sendThumbnail(): Promise<void> {
    const thumbnail = this.#thumbnails.first as Thumbnail;
    const { occurrence, camera, capturedAt, content } = thumbnail;
    const path = `/api/device/occurrences/${occurrence}/picture?${query({ camera, capturedAt })}`;
    const taken = await this.#uplink.send(path, content, this.#closing.signal);
    // One that could not be told waits for the next try; there are few, and it is the oldest that
    // goes.
    if (taken !== null) this.#thumbnails.remove(thumbnail);
  }

  #unencoded(error: Error): void {
    this.#uplink.count('failed');
    this.#options.log.warn({ error: error.message }, 'picture not encoded');
  }
}

function query({
  capturedAt,
  ...rest
}: {
  readonly capturedAt: EpochMillis;
  readonly camera?: CameraId;
}): string {
  return new URLSearchParams({ ...rest, capturedAt: timestamp(capturedAt) }).toString();
}
