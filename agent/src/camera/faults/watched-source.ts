import type { AgentError } from '../../errors.ts';
import type { CameraSource, Frame, FrameSink } from '../frame.ts';
import { faultError } from './fault-error.ts';
import { FrameExaminer } from './frame-examiner.ts';
import { planRestart, type RestartPlan } from './plan-restart.ts';
import { type FaultLimits, type FrameWatch, NOTHING_SEEN, watchFrame } from './watch-frame.ts';

export interface WatchedSourceOptions {
  /** Null: its pictures may be anything, as those that are replayed. */
  readonly limits: FaultLimits | null;
  /** Told of each frame: what is wrong by it; null: nothing. */
  readonly onFrame: (error: AgentError | null) => void;
}

/**
 * A source whose frames are looked at. One that shows frames, but wrong ones, fails now and then,
 * so that it is started again; in between its frames go on.
 */
export class WatchedSource implements CameraSource {
  readonly description: string;
  readonly #source: CameraSource;
  readonly #options: WatchedSourceOptions;
  // They outlive a run: a camera that is still frozen after it was started again has been so all
  // along.
  readonly #examiner = new FrameExaminer();
  #watch: FrameWatch = NOTHING_SEEN;
  #plan: RestartPlan | null = null;

  constructor(source: CameraSource, options: WatchedSourceOptions) {
    this.description = source.description;
    this.#source = source;
    this.#options = options;
  }

  async run(sink: FrameSink, signal: AbortSignal): Promise<void> {
    const own = new AbortController();
    const abort = () => own.abort();
    signal.addEventListener('abort', abort, { once: true });
    let failure: AgentError | null = null;
    const watched: FrameSink = {
      frame: async (frame) => {
        if (own.signal.aborted) return;
        failure = await this.#see(frame);
        if (failure) own.abort();
        await sink.frame(frame);
      },
      unreadable: (name, cause) => sink.unreadable(name, cause),
    };
    try {
      await this.#source.run(watched, own.signal);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    if (failure) throw failure;
  }

  /** @returns why the source is to be started again */
  async #see(frame: Frame): Promise<AgentError | null> {
    const { limits, onFrame } = this.#options;
    const facts = limits && (await this.#examiner.examine(frame));
    if (!facts) {
      if (!limits) onFrame(null);
      return null;
    }
    const { watch, fault } = watchFrame(this.#watch, facts, limits);
    this.#watch = watch;
    const error = fault && faultError(fault, this.description, facts, limits);
    onFrame(error);
    const { plan, restart } = planRestart(this.#plan, fault, facts.at);
    this.#plan = plan;
    return restart ? error : null;
  }
}
