import type { CameraId, EpochMillis, HeadReport, Millis, Reason, SlotId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Frame } from '../camera/frame.ts';
import type { CameraConfig, SlotConfig } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { encodePicture } from '../sampling/encode-picture.ts';
import type { UpdatableSlot } from '../update/updatable-slot.ts';
import { chooseSlot } from './choose-slot.ts';
import { type FitOutcome, fitOver } from './fit-over.ts';
import { labelsOf } from './head-folder.ts';
import { countLabels } from './labels/count-labels.ts';
import { requireFresh } from './labels/require-fresh.ts';
import { requireClass } from './labels/require-labels.ts';
import { sameFit, type TriedFit, triedFitOf } from './tried-fit.ts';

export interface HeadsOptions {
  /** Folder of the device's state. */
  readonly state: string;
  readonly configured: ReadonlyMap<SlotId, SlotConfig>;
  readonly cameras: ReadonlyMap<CameraId, CameraConfig>;
  readonly slots: ReadonlyMap<SlotId, Pick<UpdatableSlot, 'live' | 'head' | 'reported'>>;
  readonly now: () => EpochMillis;
  readonly monotonic: () => Millis;
  readonly log: Logger;
}

/** What is said of a slot's head. */
export interface HeadStatus {
  readonly slot: SlotId;
  readonly model: string;
  /** Labelled pictures, by class. */
  readonly labels: Readonly<Record<string, number>>;
  readonly fitting: boolean;
  /** Absent: the model's own decides. */
  readonly head?: HeadReport;
  readonly problem?: Reason;
}

/** A picture that was kept under its label. */
export interface Labelled {
  readonly slot: SlotId;
  readonly label: string;
  /** That the slot has now. */
  readonly pictures: number;
}

/**
 * Local labels, and the heads that are tuned by them, of a running agent. One fit at a time;
 * another is refused.
 */
export class Heads {
  readonly #options: HeadsOptions;
  readonly #last = new Map<CameraId, Frame>();
  readonly #closing = new AbortController();
  #fitting: { readonly slot: SlotId; readonly done: Promise<unknown> } | null = null;

  constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /**
   * Shown of every frame that was classified what the model saw of it: the newest of each camera
   * can be labelled.
   */
  see(camera: CameraId, frame: Frame): void {
    this.#last.set(camera, frame);
  }

  /** @throws AgentError `LABEL_REFUSED`, ImagingError `IMAGE_UNREADABLE` */
  async label(label: string, bytes: Uint8Array, wanted?: string): Promise<Labelled> {
    return this.#keep(this.#choose(wanted), label, bytes, null);
  }

  /**
   * What stands before a camera now, the only one where none is named.
   * @throws AgentError `LABEL_REFUSED`, also where its last frame is old
   */
  async labelLastFrame(label: string, wanted?: string): Promise<Labelled> {
    const names = [...this.#options.cameras.keys()];
    const camera = names.find((name) => name === (wanted ?? (names.length === 1 && names[0])));
    const frame = camera && this.#last.get(camera);
    if (!camera || !frame) {
      const received = camera ? `${camera}, which has shown none yet` : (wanted ?? 'none');
      const message = `Expected a camera with a frame (${names.join(', ')}), received ${received}.`;
      throw new AgentError('LABEL_REFUSED', message);
    }
    const config = this.#options.cameras.get(camera) as CameraConfig;
    requireFresh(camera, config, frame, this.#options.monotonic());
    const { slot } = config;
    requireClass(label, this.#slot(slot).live.current.loaded.classes);
    const { bytes } = await encodePicture(frame);
    return this.#keep(slot, label, bytes, { camera, at: frame.capturedAt });
  }

  /**
   * Fits a head to the labels of a slot, and lets it decide where it passes its gate. The cameras
   * go on meanwhile.
   * @throws AgentError `HEAD_REFUSED`, and what a fit throws
   */
  async fit(wanted?: string): Promise<FitOutcome> {
    const slot = this.#choose(wanted);
    if (this.#fitting) {
      const message = `Expected one fit at a time, received another while that of ${this.#fitting.slot} is under way.`;
      throw new AgentError('HEAD_REFUSED', message);
    }
    const done = this.#fit(slot);
    this.#fitting = { slot, done: done.catch(() => {}) };
    try {
      return await done;
    } finally {
      this.#fitting = null;
    }
  }

  /** @returns whether a tuned head decided @throws Error of the file system */
  drop(wanted?: string): Promise<boolean> {
    return this.#slot(this.#choose(wanted)).head.drop('it was asked for');
  }

  async status(): Promise<HeadStatus[]> {
    const { slots, state } = this.#options;
    const all = Array.from(slots, async ([slot, { reported }]) => {
      const { model, head, headProblem: problem } = reported;
      return {
        slot,
        model,
        labels: countLabels(await labelsOf(state, slot).list()),
        fitting: this.#fitting?.slot === slot,
        ...(head && { head }),
        ...(problem && { problem }),
      };
    });
    return Promise.all(all);
  }

  /**
   * With what a slot's head would be fitted; null: nothing is labelled, or it was fitted with that.
   */
  async untried(slot: SlotId): Promise<TriedFit | null> {
    const { state } = this.#options;
    const labelledAt = await labelsOf(state, slot).newest();
    if (labelledAt === null) return null;
    const { digest: model } = this.#slot(slot).live.current.loaded;
    const tried = await triedFitOf(state, slot).read();
    return sameFit(tried, { model, labelledAt }) ? null : { model, labelledAt };
  }

  /** A fit on its way is cut off. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#fitting?.done;
    this.#last.clear();
  }

  async #fit(slot: SlotId): Promise<FitOutcome> {
    const { state, now, log } = this.#options;
    const { live, head } = this.#slot(slot);
    const { loaded } = live.current;
    const begun = now();
    const outcome = await fitOver({ state, slot, loaded }, now, this.#closing.signal);
    const { taken, figures, labelled } = outcome;
    const seconds = Math.round((now() - begun) / 1000);
    log.info({ slot, taken, labelled, seconds, ...figures }, 'head fitted');
    if (outcome.taken) await head.take(outcome.overlay);
    return outcome;
  }

  async #keep(
    slot: SlotId,
    label: string,
    bytes: Uint8Array,
    taken: { readonly camera: CameraId; readonly at: EpochMillis } | null,
  ): Promise<Labelled> {
    requireClass(label, this.#slot(slot).live.current.loaded.classes);
    const pictures = await labelsOf(this.#options.state, slot).add(label, bytes, taken);
    return { slot, label, pictures };
  }

  #choose(wanted: string | undefined): SlotId {
    return chooseSlot([...this.#options.configured.keys()], wanted);
  }

  #slot(id: SlotId) {
    return this.#options.slots.get(id) as Pick<UpdatableSlot, 'live' | 'head' | 'reported'>;
  }
}
