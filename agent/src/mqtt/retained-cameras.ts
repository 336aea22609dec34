import { join } from 'node:path';
import { buildTopic, type CameraId, type DeviceAddress, Ids } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import Type, { type Static } from 'typebox';
import { StateFile } from '../state/state-file.ts';
import type { Companion, Link } from './companion.ts';

export interface RetainedCamerasOptions {
  /** What a broker keeps of each camera. */
  readonly name: 'state' | 'image';
  readonly address: DeviceAddress;
  /** Those of which something is published. */
  readonly cameras: readonly CameraId[];
  readonly folder: string;
  readonly log: Logger;
}

/** Of which cameras a broker may keep something. */
const Kept = Type.Object({
  site: Ids.site,
  device: Ids.device,
  cameras: Type.Array(Ids.camera),
});
type Kept = Static<typeof Kept>;

const FILES = { state: 'states.json', image: 'images.json' } as const;

/**
 * Remembers, over restarts, of which cameras a broker may keep a message, and has it forget those
 * of which nothing is published any more: who came later would take them for what is so now.
 */
export class RetainedCameras implements Companion {
  readonly #options: RetainedCamerasOptions;
  readonly #file: StateFile<typeof Kept>;
  #stale: readonly CameraId[] = [];

  constructor(options: RetainedCamerasOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, FILES[options.name]), Kept);
  }

  /** Before the first connection. */
  async start(): Promise<void> {
    const { name, address, cameras, log } = this.#options;
    let before: Kept | null;
    try {
      before = await this.#file.read();
    } catch (error) {
      // Left as it is: the next start clears what stands in it.
      log.warn({ name, error: (error as Error).message }, 'not known what a broker has retained');
      return;
    }
    // What stands under another name is not this device's to clear: the control plane does.
    const own =
      before?.site === address.site && before.device === address.device ? before.cameras : [];
    this.#stale = own.filter((camera) => !cameras.includes(camera));
    const all = [...cameras, ...this.#stale];
    if (all.toString() === own.toString()) return;
    await this.#note(all).catch((error: Error) => {
      log.warn({ name, error: error.message }, 'not noted what a broker retains');
    });
  }

  connected(link: Link): void {
    // What fails is tried on the next connection.
    this.#clear(link).catch(() => {});
  }

  disconnected(): void {}

  onMessage(): boolean {
    return false;
  }

  async #clear(link: Link): Promise<void> {
    if (this.#stale.length === 0) return;
    const { name, address, cameras } = this.#options;
    for (const camera of this.#stale) {
      // Of QoS 1 one knows that the broker took it.
      await link.publish(buildTopic(name, { ...address, camera }), '', { qos: 1, retain: true });
    }
    this.#stale = [];
    await this.#note(cameras);
  }

  #note(cameras: readonly CameraId[]): Promise<void> {
    return this.#file.write({ ...this.#options.address, cameras: [...cameras] });
  }
}
