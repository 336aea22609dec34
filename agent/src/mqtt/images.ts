import { join } from 'node:path';
import { encodeThumbnail } from '@edgeloop/imaging';
import {
  buildTopic,
  type CameraId,
  type DeviceAddress,
  Ids,
  MAX_IMAGE_BYTES,
  type OccurrenceId,
  TOPICS,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import Type, { type Static } from 'typebox';
import type { Frame } from '../camera/frame.ts';
import type { ImageConfig } from '../config/config.ts';
import { StateFile } from '../state/state-file.ts';
import type { Companion, Link } from './companion.ts';
import { StatePublisher } from './state-publisher.ts';

export interface ImagesOptions {
  readonly address: DeviceAddress;
  /** Null: no picture goes over MQTT. */
  readonly config: ImageConfig | null;
  /** Those that have occurrences. */
  readonly cameras: readonly CameraId[];
  readonly folder: string;
  readonly log: Logger;
}

/** Under which topics a broker may keep a picture. */
const RetainedImages = Type.Object({
  site: Ids.site,
  device: Ids.device,
  cameras: Type.Array(Ids.camera),
});
type RetainedImages = Static<typeof RetainedImages>;

/**
 * One small picture of each camera, over MQTT: of the frame with which the newest occurrence began.
 * Of frames that wait to be encoded only the newest of each camera is kept. A broker's copy is
 * cleared when its camera shows none any more.
 */
export class Images implements Companion {
  readonly #options: ImagesOptions;
  readonly #file: StateFile<typeof RetainedImages>;
  readonly #publisher: StatePublisher<Uint8Array>;
  readonly #waiting = new Map<CameraId, Frame>();
  readonly #encoding = new Set<CameraId>();
  #stale: readonly CameraId[] = [];
  #link: Link | null = null;

  constructor(options: ImagesOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, 'images.json'), RetainedImages);
    this.#publisher = new StatePublisher((camera, content) => this.#publish(camera, content));
  }

  /** Before the first connection. */
  async start(): Promise<void> {
    const { site, device } = this.#options.address;
    let before: RetainedImages | null;
    try {
      before = await this.#file.read();
    } catch (error) {
      // Left as it is: the next start clears what stands in it.
      this.#options.log.warn(
        { error: (error as Error).message },
        'not known which images are kept',
      );
      return;
    }
    // What stands under another name is not this device's to clear: the control plane does.
    const own = before?.site === site && before.device === device ? before.cameras : [];
    this.#stale = own.filter((camera) => !this.#shown.includes(camera));
    const all = [...this.#shown, ...this.#stale];
    if (all.toString() === own.toString()) return;
    await this.#note(all).catch((error: Error) => {
      this.#options.log.warn({ error: error.message }, 'not noted which images are kept');
    });
  }

  /** A frame that was classified, and the occurrences that began with it. Returns at once. */
  see(camera: CameraId, frame: Frame, begun: readonly OccurrenceId[]): void {
    if (begun.length === 0 || !this.#shown.includes(camera)) return;
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
    this.#clear(link).catch(() => {});
  }

  disconnected(): void {
    this.#link = null;
    this.#publisher.disconnected();
  }

  onMessage(): boolean {
    return false;
  }

  get #shown(): readonly CameraId[] {
    return this.#options.config ? this.#options.cameras : [];
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

  async #clear(link: Link): Promise<void> {
    if (this.#stale.length === 0) return;
    for (const camera of this.#stale) {
      const topic = buildTopic('image', { ...this.#options.address, camera });
      // Of QoS 1 one knows that the broker took it.
      await link.publish(topic, '', { qos: 1, retain: true });
    }
    this.#stale = [];
    await this.#note(this.#shown);
  }

  #note(cameras: readonly CameraId[]): Promise<void> {
    return this.#file.write({ ...this.#options.address, cameras: [...cameras] });
  }
}
