import { join } from 'node:path';
import {
  type ConfigurationReport,
  type Desired,
  type EpochMillis,
  timestamp,
} from '@edgeloop/protocol';
import {
  type Chosen,
  ConfigurationState,
  NO_CONFIGURATION,
} from '../configuration/configuration-state.ts';
import { reasonOf } from '../configuration/reason-of.ts';
import { reportOf, wishOf } from '../configuration/trial.ts';
import { StateFile } from '../state/state-file.ts';

export interface RemedyOptions {
  /** Of the device's state. */
  readonly folder: string;
  /** Whether the agent could run with it, over the agent.yaml that was good. @throws Error why not */
  readonly check: (chosen: Chosen) => Promise<void>;
  readonly now: () => EpochMillis;
  /** It could: the good agent.yaml stands in, and the agent is started, which hears of it again and tries it as any other. */
  readonly onTaken: () => void;
  readonly onReport: () => void;
}

/**
 * What the control plane says of the configuration while agent.yaml is wrong. Settings that the device has not heard of before are a person's answer to
 * it; what ran before, or was refused, is none. The newest is judged, one at a time.
 */
export class Remedy {
  readonly #options: RemedyOptions;
  #state: ConfigurationState = NO_CONFIGURATION;
  #refused: ConfigurationReport | null = null;
  #unheard: { readonly wanted: Desired['configuration'] } | null = null;
  #hearing = false;

  constructor(options: RemedyOptions) {
    this.#options = options;
  }

  get report(): ConfigurationReport | null {
    return this.#refused ?? reportOf(this.#state);
  }

  async start(): Promise<void> {
    const path = join(this.#options.folder, 'configuration.json');
    const file = new StateFile(path, ConfigurationState);
    this.#state = (await file.read().catch(() => null)) ?? NO_CONFIGURATION;
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
      const wish = wishOf(this.#state, wanted);
      if (wish.kind !== 'new' || wish.chosen === null) continue;
      if (wish.chosen.version !== this.#refused?.version) await this.#judge(wish.chosen);
    }
    this.#hearing = false;
  }

  async #judge(chosen: Chosen): Promise<void> {
    const { check, now, onTaken, onReport } = this.#options;
    try {
      await check(chosen);
      onTaken();
    } catch (error) {
      const [state, reason] = ['refused' as const, reasonOf(error as Error)];
      const kept = this.#state.kept?.version ?? null;
      this.#refused = { version: chosen.version, state, since: timestamp(now()), reason, kept };
      onReport();
    }
  }
}
