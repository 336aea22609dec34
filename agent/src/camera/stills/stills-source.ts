import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, stamp } from '../../clock.ts';
import type { StillsConfig } from '../../config/source-config.ts';
import { AgentError } from '../../errors.ts';
import type { CameraSource, FrameSink } from '../frame.ts';
import { endProgramsNaming } from './end-programs-naming.ts';
import { loadLibcamera, type TakeJpeg } from './load-libcamera.ts';
import { makePictureFolder } from './picture-folder.ts';
import { stillOptions } from './still-options.ts';

/** What a shell takes as it is: node-libcamera hands its options to one. */
const PLAIN_PATH = /^[\w./-]+$/;

/**
 * One picture of a Raspberry Pi's camera now and then, by node-libcamera: between them the camera
 * is off. It writes files and gives no handle to its program: so a file is in memory and gone when
 * it was read, and a program that hangs is found by its file.
 */
export class StillsSource implements CameraSource {
  readonly description: string;
  readonly #config: StillsConfig;
  readonly #clock: Clock;

  constructor(config: StillsConfig, clock: Clock) {
    this.description = `stills ${config.camera}, ${config.width}x${config.height}, one every ${config.interval / 1000} s`;
    this.#config = config;
    this.#clock = clock;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const take = await loadLibcamera();
    const folder = await makePictureFolder(this.#config.camera);
    try {
      if (!PLAIN_PATH.test(folder)) throw unsafe(folder);
      let due: number = this.#clock.monotonic();
      while (!signal.aborted) {
        const bytes = await this.#take(take, join(folder, 'still.jpg'), signal);
        if (!bytes) return;
        await sink.frame({ image: { kind: 'encoded', bytes }, ...stamp(this.#clock) });
        due = Math.max(due + this.#config.interval, this.#clock.monotonic());
        await delay(due - this.#clock.monotonic(), undefined, { signal }).catch(() => {});
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Null: aborted. The program is gone when this returns, and the file. */
  async #take(take: TakeJpeg, path: string, signal: AbortSignal): Promise<Uint8Array | null> {
    try {
      const taken = take(stillOptions(this.#config, path)).then(() => true);
      if (await unlessAborted(taken, signal)) return await readFile(path);
      await endProgramsNaming(path);
      return null;
    } catch (cause) {
      throw explain(this.description, (cause as Error).message, cause);
    } finally {
      await rm(path, { force: true });
    }
  }
}

function explain(description: string, said: string, cause: unknown): AgentError {
  if (/not found/.test(said)) {
    const message = `Expected the program libcamera-jpeg for ${description}, found none: install rpicam-apps-lite. Where it has rpicam-jpeg alone, use kind: rpicam, or link libcamera-jpeg to it.`;
    return new AgentError('SOURCE_FAILED', message, { cause });
  }
  const code = /no cameras available|selected camera is not available/.test(said)
    ? 'SOURCE_ABSENT'
    : 'SOURCE_FAILED';
  const end = said.trim().split('\n').slice(-3).join('\n');
  return new AgentError(code, `Expected a picture from ${description}, received: ${end}`, {
    cause,
  });
}

function unsafe(folder: string): AgentError {
  const message = `Expected a temporary folder of letters, digits, dots and dashes, received ${folder}. Set TMPDIR.`;
  return new AgentError('SOURCE_FAILED', message);
}

/** Null: aborted. */
async function unlessAborted<Value>(
  value: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | null> {
  const done = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    const options = { once: true, signal: done.signal };
    signal.addEventListener('abort', () => resolve(null), options);
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    done.abort();
  }
}
