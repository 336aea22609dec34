import type { Frame } from '../camera/frame.ts';
import type { View } from '../look/area/stencil.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import type { CameraPipelineOptions } from './camera-pipeline-options.ts';
import { UnreadableRun } from './unreadable-run.ts';

/** A frame that is looked at, as the model takes it. */
export interface Prepared extends View {
  /** The square that the model sees, cut from the frame: `uint8[crop, crop, 3]`, RGB. */
  readonly crop: Uint8Array;
  /** The model that it was cut for. */
  readonly slot: ModelSlot;
}

type Options = Pick<
  CameraPipelineOptions,
  'source' | 'look' | 'asked' | 'counters' | 'unreadable' | 'log'
>;

/**
 * Decides whether a frame is looked at at all, decodes it and cuts what a model takes. What can't
 * be read is counted.
 */
export class FramePreparer {
  readonly #options: Options;
  readonly #unreadable: UnreadableRun;

  constructor(options: Options) {
    this.#options = options;
    this.#unreadable = new UnreadableRun(options.source.description, options.unreadable);
  }

  /** `still`: nothing moves before the camera. Null: the frame can't be read. */
  prepare(frame: Frame, slot: ModelSlot): Promise<Prepared | 'still' | null> {
    const { counters, look, asked } = this.#options;
    return this.#reading(frame, async () => {
      const view = await look.at(frame, asked());
      if (view) return cut(view, slot);
      counters.still = (counters.still ?? 0) + 1;
      return 'still';
    });
  }

  /**
   * The model may have changed since a frame was prepared, and the other may see another part of
   * it.
   */
  async prepareFor(slot: ModelSlot, prepared: Prepared): Promise<Prepared | null> {
    if (prepared.slot === slot) return prepared;
    return this.#reading(prepared.whole, () => cut(prepared, slot));
  }

  async #reading<Result>(frame: Frame, read: () => Promise<Result>): Promise<Result | null> {
    try {
      const result = await read();
      this.#unreadable.end();
      return result;
    } catch (error) {
      this.miss(frame.name, error as Error);
      return null;
    }
  }

  /** A picture that can't be read. */
  miss(name: string | undefined, error: Error): void {
    const { counters, log } = this.#options;
    counters.unreadable += 1;
    log.warn({ name, error: error.message }, 'frame can not be read');
    this.#unreadable.goOn(error);
  }
}

async function cut(view: View, slot: ModelSlot): Promise<Prepared> {
  return { whole: view.whole, cut: view.cut, slot, crop: await slot.crop(view.cut) };
}
