import { encodeThumbnail } from '@edgeloop/imaging';
import {
  buildTopic,
  type CameraId,
  type DeviceAddress,
  MAX_IMAGE_BYTES,
  type OccurrenceId,
  TOPICS,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Frame } from '../camera/frame.ts';
import type { ImageConfig } from '../config/config.ts';
import type { Companion, Link } from './companion.ts';
import { StatePublisher } from './state-publisher.ts';

export interface ImagesOptions {
  readonly address: DeviceAddress;
  /** Null: no picture goes over MQTT. */
  readonly config: ImageConfig | null;
  /** Those that have occurrences. */
  readonly cameras: readonly CameraId[];
  readonly log: Logger;
}

/**
 * One small picture of each camera, over MQTT: of the frame with which the newest occurrence began.
 * Of frames that wait to be encoded only the newest of each camera is kept.
 */
export class Images implements Companion {
  readonly #options: ImagesOptions;
  readonly #publisher: StatePublisher<Uint8Array>;
  readonly #waiting = new Map<CameraId, Frame>();
  readonly #encoding = new Set<CameraId>();
  #link: Link | null = null;

  constructor(options: ImagesOptions) {
    this.#options = options;
    this.#publisher = new StatePublisher((camera, content) => this.#publish(camera, content));
  }

  /** A frame that was classified, and the occurrences that began with it. Returns at once. */
  see(camera: CameraId, frame: Frame, begun: readonly OccurrenceId[]): void {
    const { config, cameras } = this.#options;
    if (!config || begun.length === 0 || !cameras.includes(camera)) return;
    this.#waiting.set(camera, frame);
    if (!this.#encoding.has(camera)) void this.#encode(camera);
  }

  /** Publishes the retained pictures again, for who has come since. */
  republishRetained(): void {
    if (this.#link) this.#publisher.connected();
  }

  connected(link: Link): void {
    this.#link = link;
    this.#publisher.connected();
  }

  disconnected(): void {
    this.#link = null;
    this.#publisher.disconnected();
  }

  onMessage(): boolean {
    return false;
  }

  async #encode(camera: CameraId): Promise<void> {
    const { config, log } = this.#options;
    this.#encoding.add(camera);
    for (let frame = this.#take(camera); config && frame; frame = this.#take(camera)) {
      const { image } = frame;
      try {
        const picture = image.kind === 'raw' ? image : image.bytes;
        const content = await encodeThumbnail(picture, config.size, config.quality);
        if (content.length <= MAX_IMAGE_BYTES) this.#publisher.set(camera, content);
        else log.warn({ camera, bytes: content.length }, 'image too large: lower image.quality');
      } catch (error) {
        log.warn({ camera, error: (error as Error).message }, 'image not encoded');
      }
    }
    this.#encoding.delete(camera);
  }

  #take(camera: CameraId): Frame | undefined {
    const frame = this.#waiting.get(camera);
    this.#waiting.delete(camera);
    return frame;
  }

  #publish(camera: CameraId, content: Uint8Array): Promise<void> {
    const { qos, retained: retain } = TOPICS.image;
    const topic = buildTopic('image', { ...this.#options.address, camera });
    return this.#link?.publish(topic, content, { qos, retain }) ?? Promise.reject();
  }
}
