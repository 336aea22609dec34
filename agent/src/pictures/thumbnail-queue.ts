import { encodeThumbnail } from '@edgeloop/imaging';
import type { CameraId, EpochMillis, OccurrenceId } from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';

/** A small picture of the frame with which an occurrence began. */
export interface Thumbnail {
  readonly occurrence: OccurrenceId;
  readonly camera: CameraId;
  readonly capturedAt: EpochMillis;
  readonly content: Uint8Array;
}

export interface ThumbnailQueueOptions {
  readonly size: number;
  readonly quality: number;
  /** There is one to send. */
  readonly onReady: () => void;
  readonly onDropped: () => void;
  readonly onFailed: (error: Error) => void;
}

/** Of encoded ones, tens of kilobytes each; the oldest is dropped for one more. */
const MOST_WAITING = 32;
/** Frames in hand, which may be large; one that comes meanwhile is dropped. */
const MOST_ENCODING = 2;

/** Thumbnails that wait to be sent: encoded at once, so that no frame is held. */
export class ThumbnailQueue {
  readonly #options: ThumbnailQueueOptions;
  #waiting: Thumbnail[] = [];
  #encoding = 0;

  constructor(options: ThumbnailQueueOptions) {
    this.#options = options;
  }

  get first(): Thumbnail | undefined {
    return this.#waiting[0];
  }

  remove(thumbnail: Thumbnail): void {
    this.#waiting = this.#waiting.filter((one) => one !== thumbnail);
  }

  /** Returns at once. */
  add(camera: CameraId, { image, capturedAt }: Frame, occurrence: OccurrenceId): void {
    const { size, quality, onReady, onDropped, onFailed } = this.#options;
    if (this.#encoding >= MOST_ENCODING) {
      onDropped();
      return;
    }
    this.#encoding += 1;
    encodeThumbnail(image.kind === 'raw' ? image : image.bytes, size, quality)
      .then((content) => {
        this.#waiting.push({ occurrence, camera, capturedAt, content });
        if (this.#waiting.length > MOST_WAITING) {
          this.#waiting.shift();
          onDropped();
        }
        onReady();
      }, onFailed)
      .finally(() => {
        this.#encoding -= 1;
      });
  }
}
