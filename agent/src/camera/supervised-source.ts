import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay, type Millis, millis } from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';
import type { CameraSource, FrameSink } from './frame.ts';

export interface SupervisionOptions {
  /** No frame for this long: the source is ended and started again. */
  readonly noFrameTimeout: Millis;
  readonly backoff?: Backoff;
  readonly random: () => number;
  readonly onRestart: (error: AgentError) => void;
}

const RESTART: Backoff = { base: millis(1_000), cap: millis(30_000) };

/**
 * Keeps a source running until it finishes by itself: one that fails or falls silent is started
 * again, with backoff.
 */
export class SupervisedSource implements CameraSource {
  readonly description: string;
  readonly #source: CameraSource;
  readonly #options: SupervisionOptions;

  constructor(source: CameraSource, options: SupervisionOptions) {
    this.description = source.description;
    this.#source = source;
    this.#options = options;
  }

  /** Never rejects. */
  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const { backoff = RESTART, random, onRestart } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const { error, frames } = await this.#runOnce(sink, signal);
      if (!error || signal.aborted) return;
      onRestart(error);
      if (frames > 0) attempt = 0;
      await delay(backoffDelay(backoff, attempt, random()), undefined, { signal }).catch(() => {});
    }
  }

  async #runOnce(
    sink: FrameSink,
    signal: AbortSignal,
  ): Promise<{ error: AgentError | null; frames: number }> {
    const { noFrameTimeout } = this.#options;
    const own = new AbortController();
    const abort = () => own.abort();
    signal.addEventListener('abort', abort, { once: true });
    let frames = 0;
    let silent: AgentError | null = null;
    let handling = false;
    const timer = setTimeout(() => {
      // A source that waits for its last frame to be handled is not silent.
      if (handling) {
        timer.refresh();
        return;
      }
      silent = new AgentError(
        'SOURCE_SILENT',
        `Expected a frame within ${noFrameTimeout} ms from ${this.description}, received none.`,
      );
      own.abort();
    }, noFrameTimeout);
    const watched: FrameSink = {
      frame: async (frame) => {
        if (own.signal.aborted) return;
        frames += 1;
        handling = true;
        await sink.frame(frame);
        handling = false;
        timer.refresh();
      },
      unreadable: (name, cause) => {
        timer.refresh();
        sink.unreadable(name, cause);
      },
    };
    try {
      await this.#source.run(watched, own.signal);
      return { error: silent, frames };
    } catch (cause) {
      return { error: silent ?? sourceError(this.description, cause), frames };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}

function sourceError(description: string, cause: unknown): AgentError {
  if (cause instanceof AgentError) return cause;
  return new AgentError('SOURCE_FAILED', `${description} failed: ${(cause as Error).message}`, {
    cause,
  });
}
