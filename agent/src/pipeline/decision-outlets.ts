import type { Decided } from '../decide/decision.ts';
import type { Classification, ModelSlot } from '../model/model-slot.ts';
import type { CameraPipelineOptions } from './camera-pipeline-options.ts';
import type { Prepared } from './frame-preparer.ts';

type Options = Pick<CameraPipelineOptions, 'id' | 'bootId' | 'append' | 'sample' | 'shadow'>;

/** Where what a model saw, and what was decided of it, goes to. */
export class DecisionOutlets {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when the outbox has them, or has said why not. */
  async commit(slot: ModelSlot, events: readonly Decided[]): Promise<void> {
    const { id, bootId, append } = this.#options;
    const context = { bootId, slot: slot.id, ...modelOf(slot) };
    const rows = events.map((event) => ({
      camera: id,
      body: JSON.stringify({ ...event, ...context }),
    }));
    await Promise.all(rows.map(append));
  }

  /** To a candidate that looks on, and to whoever picks samples; neither is waited for. */
  show(
    slot: ModelSlot,
    { cut: frame, crop }: Prepared,
    { scores, embedding }: Classification,
    behind: boolean,
  ): void {
    const { id, sample, shadow } = this.#options;
    const { classes } = slot.loaded;
    const looking = shadow({ frame, crop, active: slot, scores, behind });
    const classified = {
      camera: id,
      slot: slot.id,
      ...modelOf(slot),
      classes,
      frame,
      scores,
      embedding,
    };
    if (looking === null) sample({ ...classified, disagreed: false });
    else void looking.then((disagreed) => sample({ ...classified, disagreed }));
  }
}

/** How a slot's model is named wherever it is told. */
export const modelOf = ({ loaded: { digest, head } }: ModelSlot) => ({
  model: digest,
  ...(head !== undefined && { head }),
});
