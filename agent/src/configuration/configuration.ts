import { SerialQueue } from '@edgeloop/daemon';
import {
  type ConfigurationReport,
  type Desired,
  EdgeloopError,
  type EpochMillis,
  type Millis,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { StateFile } from '../state/state-file.ts';
import { type Chosen, type ConfigurationState, NO_CONFIGURATION } from './configuration-state.ts';
import { configurationFile, readState } from './read-state.ts';
import { reasonOf } from './reason-of.ts';
import { reportOf, running, sameChoice, step, type TrialEvent, wishOf } from './trial.ts';

type DesiredConfiguration = Desired['configuration'];

export interface ConfigurationOptions {
  /** Folder of its file. */
  readonly folder: string;
  /**
   * A trial that nobody heard of by then is taken back. Begins anew with the process: a Pi's clock
   * may jump.
   */
  readonly trial: Millis;
  /** Whether the agent could run with it. @throws EdgeloopError why not */
  readonly check: (chosen: Chosen | null) => Promise<void>;
  readonly now: () => EpochMillis;
  /** What runs is no longer what should: the parts are to be started again. */
  readonly onChange: () => void;
  /** What is reported has changed, and the same runs on. */
  readonly onReport: () => void;
  readonly log: Logger;
}

/**
 * The configuration that the control plane sets over agent.yaml (which is read in `config/`):
 * tried, kept or taken back, and remembered whatever happens meanwhile.
 */
export class Configuration {
  readonly #options: ConfigurationOptions;
  readonly #file: StateFile<typeof ConfigurationState>;
  #state: ConfigurationState = NO_CONFIGURATION;
  /** The newest that was said and not looked at yet: one that is older is of no interest. */
  #unheard: { readonly wanted: DesiredConfiguration } | null = null;
  #hearing = false;
  /** The parts that run are not those of the state, or not all there yet: what they hear waits. */
  #changing = true;
  #deadline: NodeJS.Timeout | undefined;
  /** What changes the state, one after the other: each goes on from what the one before left. */
  readonly #queue = new SerialQueue();

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#file = configurationFile(options.folder);
  }

  /** What the agent must run with; null: agent.yaml alone. */
  get running(): Chosen | null {
    return running(this.#state);
  }

  /** What runs is on trial. */
  get trying(): boolean {
    return this.#state.trial !== null;
  }

  get report(): ConfigurationReport | null {
    return reportOf(this.#state);
  }

  /**
   * Reads what an earlier process left, and counts this one: a trial that ends process after
   * process is taken back.
   * @throws AgentError `STATE_UNUSABLE`: nobody knows what may run
   */
  async start(): Promise<void> {
    const { folder, now, log } = this.#options;
    this.#state = await readState(folder, now(), ({ message }) => {
      log.error({ error: message }, 'what the control plane said last runs');
    });
    if (this.#state.trial) await this.#queue.run(() => this.#move({ kind: 'boot' }));
  }

  /**
   * The parts that ran before are closed: what they heard says nothing of those that are started
   * now.
   */
  starting(): void {
    this.#unheard = null;
  }

  /** The agent runs with it: from now on the control plane must hear of a trial. */
  started(): void {
    this.#changing = false;
    clearTimeout(this.#deadline);
    if (this.#state.trial) {
      this.#deadline = setTimeout(() => void this.#late(), this.#options.trial);
    }
    if (this.#unheard && !this.#hearing) void this.#hear();
  }

  /** The agent did not start with it. @returns whether there is another to start with */
  async failed(error: Error): Promise<boolean> {
    const { trial, kept } = this.#state;
    if (!trial && !(kept && isMistake(error) && (await this.#isRight(null)))) return false;
    await this.#queue.run(() => this.#move({ kind: 'failed', reason: reasonOf(error) }));
    return true;
  }

  /** Told by the control plane, on each connect and with each change. */
  receive(wanted: DesiredConfiguration): void {
    this.#unheard = { wanted };
    if (!this.#hearing) void this.#hear();
  }

  close(): void {
    this.#changing = true;
    clearTimeout(this.#deadline);
  }

  async #hear(): Promise<void> {
    this.#hearing = true;
    while (this.#unheard && !this.#changing) {
      const { wanted } = this.#unheard;
      this.#unheard = null;
      try {
        await this.#consider(wanted);
      } catch (error) {
        // The next message tries again.
        this.#options.log.error({ error: (error as Error).message }, 'configuration not tried');
      }
    }
    this.#hearing = false;
  }

  async #consider(wanted: DesiredConfiguration): Promise<void> {
    const wish = wishOf(this.#state, wanted);
    await this.#moveRunning(wish.kind === 'new' ? await this.#judge(wish.chosen) : wish);
  }

  async #isRight(chosen: Chosen | null): Promise<boolean> {
    return (await this.#judge(chosen)).kind === 'right';
  }

  async #judge(chosen: Chosen | null): Promise<TrialEvent> {
    try {
      await this.#options.check(chosen);
      return { kind: 'right', chosen };
    } catch (error) {
      return { kind: 'wrong', chosen, reason: reasonOf(error as Error) };
    }
  }

  async #late(): Promise<void> {
    const message = `Expected word within ${this.#options.trial} ms that the control plane heard of it, received none. Can the broker and the control plane be reached with it?`;
    await this.#moveRunning({ kind: 'late', reason: { code: 'CONFIGURATION_UNHEARD', message } });
  }

  /** What was seen of parts that are being replaced meanwhile says nothing of those that come. */
  #moveRunning(event: TrialEvent): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#changing) await this.#move(event);
    });
  }

  /** Written before anything follows from it. */
  async #move(event: TrialEvent): Promise<void> {
    const { log, now, onChange, onReport } = this.#options;
    const before = this.#state;
    const after = step(before, event, now());
    if (after === before) return;
    try {
      await this.#file.write(after);
    } catch (error) {
      // A trial that no restart would know of is none. What leads back to what ran before goes on
      // without the disk.
      if (after.trial && event.kind !== 'boot') throw error;
      log.error({ error: (error as Error).message }, 'configuration not written');
    }
    this.#state = after;
    if (!after.trial) clearTimeout(this.#deadline);
    const { version, state, reason } = this.report ?? { version: null };
    log.info({ event: event.kind, version, state, reason: reason?.message }, 'configuration');
    if (sameChoice(running(before), running(after))) onReport();
    else if (!this.#changing) {
      this.#changing = true;
      clearTimeout(this.#deadline);
      onChange();
    }
  }
}

/** The merged file is wrong, though it was right once: agent.yaml was changed under it. */
const isMistake = (error: Error): boolean =>
  error instanceof EdgeloopError &&
  (error.code === 'CONFIG_INVALID' || error.code === 'CONFIG_UNCHANGEABLE');
