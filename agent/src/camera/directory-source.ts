import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, stamp } from '../clock.ts';
import type { SourceConfig } from '../config/source-config.ts';
import type { CameraSource, FrameSink } from './frame.ts';
import { listPictures } from './list-pictures.ts';

type DirectoryConfig = Extract<SourceConfig, { kind: 'directory' }>;

/** Replays the pictures of a folder and its subfolders, sorted by path. */
export class DirectorySource implements CameraSource {
  readonly description: string;
  readonly #config: DirectoryConfig;
  readonly #clock: Clock;

  constructor(config: DirectoryConfig, clock: Clock) {
    this.description = `directory ${config.path}`;
    this.#config = config;
    this.#clock = clock;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const { path, loop, pace, interval } = this.#config;
    do {
      const names = await listPictures(path);
      let due: number = this.#clock.monotonic();
      for (const name of names) {
        if (signal.aborted) return;
        await this.#show(name, sink);
        due += interval;
        if (pace === 'realtime') await this.#sleep(due, signal);
      }
    } while (loop && !signal.aborted);
  }

  async #show(name: string, sink: FrameSink): Promise<void> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(join(this.#config.path, name));
    } catch (cause) {
      sink.unreadable(name, cause);
      return;
    }
    await sink.frame({ image: { kind: 'encoded', bytes }, name, ...stamp(this.#clock) });
  }

  async #sleep(due: number, signal: AbortSignal): Promise<void> {
    const left = Math.max(0, due - this.#clock.monotonic());
    await delay(left, undefined, { signal }).catch(() => {});
  }
}
