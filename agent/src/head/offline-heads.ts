import type { LoadedPackage } from '@edgeloop/onnx';
import { epochMillis, type SlotId } from '@edgeloop/protocol';
import { pino } from 'pino';
import type { Config, SlotConfig } from '../config/config.ts';
import { loadPackages } from '../model/load-packages.ts';
import { ModelSlot } from '../model/model-slot.ts';
import { lockState } from '../state/lock-state.ts';
import { chooseSlot } from './choose-slot.ts';
import { type FitOutcome, fitOver } from './fit-over.ts';
import { headFolder, labelsOf } from './head-folder.ts';
import type { HeadStatus, Labelled } from './heads.ts';
import { countLabels } from './labels/count-labels.ts';
import { requireClass } from './labels/require-labels.ts';
import { SlotHead } from './overlay/slot-head.ts';

/**
 * The same as `Heads` for a device whose agent does not run: what is tuned decides from its next
 * start on.
 */
export class OfflineHeads {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  /**
   * @throws AgentError `LABEL_REFUSED`, ImagingError `IMAGE_UNREADABLE`, ProtocolError `PACKAGE_…`
   */
  async label(label: string, bytes: Uint8Array, wanted?: string): Promise<Labelled> {
    const { slot, loaded } = await this.#choose(wanted);
    requireClass(label, loaded.classes);
    const pictures = await labelsOf(this.#config.state, slot).add(label, bytes, null);
    return { slot, label, pictures };
  }

  /** @throws AgentError `STATE_IN_USE`, `HEAD_REFUSED`, and what a fit throws */
  async fit(wanted?: string): Promise<FitOutcome> {
    const { slot, loaded } = await this.#choose(wanted);
    const { state, slots } = this.#config;
    const unlock = lockState(state);
    try {
      const now = () => epochMillis(Date.now());
      const outcome = await fitOver({ state, slot, loaded }, now, AbortSignal.any([]));
      if (!outcome.taken) return outcome;
      const head = this.#head(slot);
      try {
        const prepared = await head.prepare(outcome.overlay, loaded);
        const { threads, deadline } = slots.get(slot) as SlotConfig;
        const model = new ModelSlot({ id: slot, loaded: prepared.loaded, threads, deadline });
        await model.start();
        await model.close();
        await head.point(prepared);
      } finally {
        await head.tidy();
      }
      return outcome;
    } finally {
      unlock();
    }
  }

  /** @returns whether a tuned head was there @throws AgentError `STATE_IN_USE` */
  async drop(wanted?: string): Promise<boolean> {
    const slot = chooseSlot([...this.#config.slots.keys()], wanted);
    const unlock = lockState(this.#config.state);
    try {
      const head = this.#head(slot);
      const had = await head.drop('it was asked for');
      await head.tidy();
      return had;
    } finally {
      unlock();
    }
  }

  async status(): Promise<HeadStatus[]> {
    const packages = await loadPackages(this.#config);
    const all = Array.from(packages, async ([slot, loaded]) => {
      const { report, problem } = await this.#head(slot).look(loaded);
      return {
        slot,
        model: loaded.digest,
        fitting: false,
        labels: countLabels(await labelsOf(this.#config.state, slot).list()),
        ...(report && { head: report }),
        ...(problem && { problem }),
      };
    });
    return Promise.all(all);
  }

  async #choose(
    wanted: string | undefined,
  ): Promise<{ readonly slot: SlotId; readonly loaded: LoadedPackage }> {
    const slot = chooseSlot([...this.#config.slots.keys()], wanted);
    return { slot, loaded: (await loadPackages(this.#config)).get(slot) as LoadedPackage };
  }

  #head(slot: SlotId): SlotHead {
    return new SlotHead(headFolder(this.#config.state, slot), pino({ level: 'silent' }));
  }
}
