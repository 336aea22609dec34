import { sceneFrame } from '@edgeloop/imaging';
import type { DeviceId, Millis } from '@edgeloop/protocol';
import { mebibytes, seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { PicturesConfig, ServerConfig } from '../../config/config.ts';
import { Pictures } from '../../pictures/pictures.ts';
import { CAMERA } from './device-counters.ts';

export interface SimulatedCameraOptions {
  readonly device: DeviceId;
  /** Of the device among the others: each has a conveyor of its own. */
  readonly index: number;
  readonly server: ServerConfig;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const CONFIG: PicturesConfig = {
  every: seconds(30),
  size: 320,
  quality: 70,
  perHour: mebibytes(32),
};
/** Drawing takes some milliseconds of a core: as seldom as it is looked at. */
const DRAW_EVERY = seconds(10);

/**
 * The drawn conveyor, shown as an agent shows its cameras. What it shows has nothing to do with the
 * scores of the scenario.
 */
export class SimulatedCamera implements Pick<Pictures, 'preview'> {
  readonly #options: SimulatedCameraOptions;
  readonly #pictures: Pictures;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #frames = 0;

  constructor(options: SimulatedCameraOptions) {
    this.#options = options;
    this.#pictures = new Pictures({ ...options, config: CONFIG });
  }

  async start(): Promise<void> {
    await this.#pictures.start();
    void this.#draw();
    this.#timer = setInterval(() => void this.#draw(), DRAW_EVERY);
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#closing.abort();
    await this.#pictures.close();
  }

  async preview(...[camera, time, interval, signal]: Parameters<Pictures['preview']>) {
    const drawing = setInterval(() => void this.#draw(), interval as Millis);
    try {
      return await this.#pictures.preview(camera, time, interval, signal);
    } finally {
      clearInterval(drawing);
    }
  }

  async #draw(): Promise<void> {
    const { clock, index } = this.#options;
    this.#frames += 1;
    const { image } = await sceneFrame(index, this.#frames, 'standard');
    if (this.#closing.signal.aborted) return;
    const at = { capturedAt: clock.now(), monotonic: clock.monotonic() };
    this.#pictures.see(CAMERA, { image: { kind: 'raw', ...image }, ...at }, []);
  }
}
