import type {
  Desired,
  DesiredSlot,
  Random,
  Reported,
  Sha256,
  Shadow,
  SlotId,
  UpdateState,
} from '@edgeloop/protocol';
import type { Effects } from '../behaviour/effects.ts';
import type { DrawnFrame } from '../scene/draw-frame.ts';
import { AssignedModel, type AssignedModelOptions } from '../update/assigned-model.ts';
import { ShadowCounters } from './shadow-counters.ts';

export interface DeviceModelsOptions
  extends Omit<AssignedModelOptions, 'as' | 'fallback' | 'effects'> {
  readonly slot: SlotId;
  /** What the device runs before it is told otherwise. */
  readonly runs: Sha256;
  /** What a package is called; null: it was never fetched. */
  readonly nameOf: (model: Sha256) => string | null;
  /** Of a shadow with the model that decides, where nothing else is said. */
  readonly agreement: number;
  readonly effects: (model: Pick<AssignedModel, 'runs' | 'since'>) => Effects;
}

/** Of a shadow: there is none. */
const NONE = '0'.repeat(64) as Sha256;

/**
 * What the one slot of a simulated device runs: the model that decides, and the one that looks on.
 */
export class DeviceModels {
  readonly #options: DeviceModelsOptions;
  readonly #active: AssignedModel;
  readonly #shadow: AssignedModel;
  /** Of how many frames the shadow looks at one. */
  #every = 1;
  #looking: ShadowCounters | null = null;

  constructor(options: DeviceModelsOptions) {
    const { runs, effects } = options;
    this.#options = options;
    const since = options.elapsed();
    const ofModel = (model: Sha256) => effects({ runs: model, since });
    const common = { ...options, effects: ofModel };
    this.#active = new AssignedModel({ ...common, as: 'active', fallback: runs });
    this.#shadow = new AssignedModel({ ...common, as: 'shadow', fallback: NONE });
  }

  /** The model that decides. */
  get active(): Pick<AssignedModel, 'runs' | 'since'> {
    return this.#active;
  }

  get updateState(): UpdateState | null {
    return this.#active.report?.state ?? null;
  }

  get reported(): Reported['slots'] {
    const { slot, nameOf } = this.#options;
    const { runs: model, generation, report } = this.#active;
    const { report: shadow } = this.#shadow;
    return {
      [slot]: {
        model,
        name: nameOf(model) ?? 'simulated',
        variant: 'int8',
        ...(generation !== null && { generation }),
        ...(report && { update: report }),
        ...(shadow && { shadow }),
      },
    };
  }

  /** How the one that looks on agrees; null: there is none. */
  get agreement(): Shadow['slots'] | null {
    return this.#looking && { [this.#options.slot]: this.#looking.counts };
  }

  async boot(): Promise<void> {
    this.#looking = null;
    await this.#active.boot();
    await this.#shadow.boot();
  }

  async end(): Promise<void> {
    await this.#active.end();
    await this.#shadow.end();
  }

  /** What is absent stays as it is; a shadow that is absent ends. */
  async receive(slots: Desired['slots']): Promise<void> {
    const wanted: DesiredSlot | undefined = slots?.[this.#options.slot];
    if (wanted?.active) await this.#active.receive(wanted.active);
    if (!wanted?.shadow) return this.#shadow.reset();
    this.#every = wanted.shadow.every;
    await this.#shadow.receive(wanted.shadow.assignment);
  }

  /** The shadow looks at what the model that decides made of a frame. */
  look(frame: DrawnFrame, random: Random): void {
    const { runs: candidate } = this.#shadow;
    if (candidate === NONE) {
      this.#looking = null;
      return;
    }
    const { runs: active } = this.#active;
    if (!this.#looking?.isOf(active, candidate, this.#every)) {
      this.#looking = new ShadowCounters(active, candidate, this.#every, this.#options.agreement);
    }
    this.#looking.look(frame, this.#options.effects(this.#shadow), random);
  }
}
