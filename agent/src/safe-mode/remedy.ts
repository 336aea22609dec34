import {
  type ConfigurationReport,
  type Desired,
  type EpochMillis,
  timestamp,
} from '@edgeloop/protocol';
import type { Chosen, ConfigurationState } from '../configuration/configuration-state.ts';
import { readState, stateBy } from '../configuration/read-state.ts';
import { reasonOf } from '../configuration/reason-of.ts';
import { reportOf, wishOf } from '../configuration/trial.ts';

export interface RemedyOptions {
  /** The folder of the device's state. */
  readonly folder: string;
  /**
   * Whether the agent could run with it, over the agent.yaml that was good.
   * @throws Error why not
   */
  readonly check: (chosen: Chosen) => Promise<void>;
  readonly now: () => EpochMillis;
  /**
   * It could: the good agent.yaml stands in, and the agent is started, which hears of it again and
   * tries it as any other.
   */
  readonly onTaken: () => void;
  readonly onReport: () => void;
}

/**
 * What the control plane says of the configuration while agent.yaml is wrong. Settings that the
 * device has not heard of before are a person's answer to it; what ran before, or was refused, is
 * none. The newest is judged, one at a time.
 */
export class Remedy {
  readonly #options: RemedyOptions;
  /** Null: it could not be read, and nobody has said it yet. */
  #state: ConfigurationState | null = null;
  #refused: ConfigurationReport | null = null;
  #unheard: { readonly wanted: Desired['configuration'] } | null = null;
  #hearing = false;

  constructor(options: RemedyOptions) {
    this.#options = options;
  }

  get report(): ConfigurationReport | null {
    return this.#refused ?? (this.#state && reportOf(this.#state));
  }

  async start(): Promise<void> {
    const { folder, now } = this.#options;
    this.#state = await readState(folder, now(), () => {}).catch(() => null);
  }

  /** Told on each connect, and with each change. */
  receive(wanted: Desired['configuration']): void {
    this.#unheard = { wanted };
    if (!this.#hearing) void this.#hear();
  }

  async #hear(): Promise<void> {
    this.#hearing = true;
    while (this.#unheard) {
      const { wanted } = this.#unheard;
      this.#unheard = null;
      const state = this.#known(wanted);
      if (!state) continue;
      const wish = wishOf(state, wanted);
      if (wish.kind !== 'new' || wish.chosen === null) continue;
      if (wish.chosen.version !== this.#refused?.version) await this.#judge(wish.chosen);
    }
    this.#hearing = false;
  }

  #known(wanted: Desired['configuration']): ConfigurationState | null {
    if (this.#state) return this.#state;
    this.#state = stateBy(wanted, this.#options.now());
    if (this.#state) this.#options.onReport();
    return this.#state;
  }

  async #judge(chosen: Chosen): Promise<void> {
    const { check, now, onTaken, onReport } = this.#options;
    try {
      await check(chosen);
      onTaken();
    } catch (error) {
      const [state, reason] = ['refused' as const, reasonOf(error as Error)];
      const kept = this.#state?.kept?.version ?? null;
      this.#refused = { version: chosen.version, state, since: timestamp(now()), reason, kept };
      onReport();
    }
  }
}
