import { SerialQueue } from '@edgeloop/daemon';
import type { LoadedPackage } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';
import type { LiveSlot } from '../model/live-slot.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import type { HeadOverlay } from './overlay/head-overlay.ts';
import type { SlotHead } from './overlay/slot-head.ts';

export interface RunningHeadOptions {
  readonly head: SlotHead;
  /** What decides, under the cameras. */
  readonly live: () => LiveSlot;
  /** The package as it came. */
  readonly load: (model: Sha256) => Promise<LoadedPackage>;
  /** In a process of its own; its golden cases have passed. */
  readonly run: (loaded: LoadedPackage) => Promise<ModelSlot>;
  /** No update is about to change the model, or has it on probation. */
  readonly settled: () => boolean;
  /** What is reported has changed. */
  readonly report: () => void;
}

/**
 * The head of a slot under running cameras: one that was tuned takes its place, or the model's own
 * does again.
 */
export class RunningHead {
  readonly #options: RunningHeadOptions;
  readonly #queue = new SerialQueue();

  constructor(options: RunningHeadOptions) {
    this.#options = options;
  }

  /**
   * The overlay decides from the next frame on, also after a restart.
   * @throws AgentError `HEAD_REFUSED` where the model has changed, or is about to; what `run`
   * throws. The one before decides, and nothing of it stays on disk.
   */
  take(overlay: HeadOverlay): Promise<void> {
    return this.#queue.run(async () => {
      const { head, live, report } = this.#options;
      this.#requireOver(overlay.base);
      await live().change(await this.#start(overlay));
      await head.tidy();
      report();
    });
  }

  /**
   * The model's own head decides again.
   * @returns whether another did
   * @throws Error of the file system
   */
  drop(why: string): Promise<boolean> {
    return this.#queue.run(async () => {
      const { head, live, load, run, report } = this.#options;
      const had = await head.drop(why);
      const { current } = live();
      if (current.loaded.head !== undefined) {
        const next = await run(await load(current.loaded.digest));
        // An update may have been faster.
        await (live().current === current ? live().change(next) : next.close());
      }
      await head.tidy();
      if (had) report();
      return had;
    });
  }

  /** Runs, and is what decides after a restart. */
  async #start(overlay: HeadOverlay): Promise<ModelSlot> {
    const { head, load, run } = this.#options;
    let next: ModelSlot | null = null;
    let pointed = false;
    try {
      const prepared = await head.prepare(overlay, await load(overlay.base));
      next = await run(prepared.loaded);
      this.#requireOver(overlay.base);
      await head.point(prepared);
      pointed = true;
      this.#requireOver(overlay.base);
      return next;
    } catch (error) {
      await next?.close();
      if (pointed) await head.drop('an update came in between');
      // Of one that was dropped the process may run on, and be started again from its file.
      if (!pointed || this.#options.live().current.loaded.head === undefined) await head.tidy();
      throw error;
    }
  }

  #requireOver(base: Sha256): void {
    const { live, settled } = this.#options;
    if (settled() && live().current.loaded.digest === base) return;
    throw new AgentError(
      'HEAD_REFUSED',
      'Expected the model that the head was tuned over, received an update that is about to replace it, or has. Fit again when it is done.',
    );
  }
}
