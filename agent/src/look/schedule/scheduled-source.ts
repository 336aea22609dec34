import { setTimeout as delay } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';
import type { EpochMillis } from '@edgeloop/protocol';
import type { CameraSource, FrameSink } from '../../camera/frame.ts';
import { isOpen, type Schedule } from './is-open.ts';

export interface ScheduledSourceOptions {
  readonly schedule: Schedule;
  readonly now: () => EpochMillis;
  /** Told at each change, and first of all: whether the camera is off. */
  readonly onRest: (resting: boolean) => void;
  /** In ms. */
  readonly lookEvery?: number;
}

/**
 * The clock is looked at so often, rather than computed ahead: it may be set at any time, on a Pi
 * after each boot.
 */
const LOOK_EVERY = 1_000;

/** A source that runs by a schedule. Outside of it the camera is off: its program ends. */
export class ScheduledSource implements CameraSource {
  readonly description: string;
  readonly #source: CameraSource;
  readonly #options: ScheduledSourceOptions;

  constructor(source: CameraSource, options: ScheduledSourceOptions) {
    this.description = source.description;
    this.#source = source;
    this.#options = options;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const { onRest } = this.#options;
    while (!signal.aborted) {
      const open = this.#isOpen();
      onRest(!open);
      if (!open) await this.#until(true, signal);
      else if (await this.#runWhileOpen(sink, signal)) return;
    }
  }

  /** @returns whether it came to its own end, and has no more */
  async #runWhileOpen(sink: FrameSink, signal: AbortSignal): Promise<boolean> {
    const ended = new AbortController();
    const closing = new AbortController();
    const closes = untilAny([signal, ended.signal], (either) => this.#until(false, either)).then(
      () => closing.abort(),
    );
    try {
      await this.#source.run(sink, closing.signal);
      return !closing.signal.aborted;
    } finally {
      ended.abort();
      await closes;
    }
  }

  /** Resolves when it is open, or closed; or with the signal. */
  async #until(open: boolean, signal: AbortSignal): Promise<void> {
    const { lookEvery = LOOK_EVERY } = this.#options;
    while (!signal.aborted && this.#isOpen() !== open) {
      await delay(lookEvery, undefined, { signal }).catch(() => {});
    }
  }

  #isOpen(): boolean {
    return isOpen(this.#options.schedule, this.#options.now());
  }
}
