import { setTimeout as delay } from 'node:timers/promises';
import { sceneFrame } from '@edgeloop/imaging';
import { type Clock, stamp } from '../clock.ts';
import type { SourceConfig } from '../config/source-config.ts';
import type { CameraSource, FrameSink } from './frame.ts';

type SyntheticConfig = Extract<SourceConfig, { kind: 'synthetic' }>;

/** The drawn conveyor as a camera: the same seed shows the same parts, one frame an interval. */
export class SyntheticSource implements CameraSource {
  readonly description: string;
  readonly #config: SyntheticConfig;
  readonly #clock: Clock;

  constructor(config: SyntheticConfig, clock: Clock) {
    this.description = `synthetic conveyor, seed ${config.seed}, ${config.lighting} light`;
    this.#config = config;
    this.#clock = clock;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const { seed, lighting, interval, frames, pace } = this.#config;
    const begun = this.#clock.monotonic();
    for (let shown = 0; !signal.aborted && shown !== frames; shown++) {
      // In real time the belt runs by the clock: a camera that is late misses frames, as a real one
      // does.
      const byClock = Math.floor((this.#clock.monotonic() - begun) / Math.max(1, interval));
      const index = pace === 'every' ? shown : byClock;
      const { image } = await sceneFrame(seed, index, lighting);
      if (signal.aborted) return;
      await sink.frame({ image: { kind: 'raw', ...image }, ...stamp(this.#clock) });
      if (pace === 'every') continue;
      const due = begun + (index + 1) * interval;
      const left = Math.max(0, due - this.#clock.monotonic());
      await delay(left, undefined, { signal }).catch(() => {});
    }
  }
}
