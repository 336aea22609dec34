import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import type { Logger } from 'pino';
import { Agent } from './agent.ts';
import type { Config } from './config/config.ts';
import { Configuration } from './configuration/configuration.ts';
import { type ConfigSource, effectiveConfig } from './configuration/effective-config.ts';
import { withCredential } from './enrol/with-credential.ts';
import { loadPackages } from './model/load-packages.ts';
import { lockState } from './state/lock-state.ts';
import type { Surroundings } from './surroundings.ts';

type Started = Omit<Surroundings, 'configuration' | 'waitsForPort'>;

export interface SupervisedAgentOptions {
  readonly source: ConfigSource;
  /** For the next agent: each has a boot id of its own, since its counters begin at 0. */
  readonly surroundings: () => Started;
  /**
   * A port of `http` that is taken is waited for, unless it is what a configuration on trial brought.
   */
  readonly waitsForPort: boolean;
  /** An agent that ran could not be started again, and nothing is left to try. */
  readonly onFailed: (error: Error) => void;
  readonly log: Logger;
}

/** The agent, started again within the process when its configuration changes. */
export class SupervisedAgent {
  readonly #options: SupervisedAgentOptions;
  readonly #own: Config;
  readonly #configuration: Configuration;
  readonly #lifecycle: Lifecycle;
  #agent: Agent | null = null;
  /** Where what ran last was asked for its health; undefined: nothing ran yet. */
  #http: Config['http'] | undefined;
  /** Starts and restarts, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #closing = false;

  /** @throws AgentError `CONFIG_INVALID` of agent.yaml itself */
  constructor(options: SupervisedAgentOptions) {
    const { source, log, surroundings } = options;
    this.#options = options;
    this.#own = effectiveConfig(source, null);
    this.#lifecycle = new Lifecycle(log);
    this.#configuration = new Configuration({
      folder: this.#own.state,
      trial: this.#own.configurationTrial,
      check: async (chosen) => {
        await loadPackages(withCredential(effectiveConfig(source, chosen)));
      },
      now: surroundings().clock.now,
      onChange: () => void this.#restart(),
      onReport: () => this.#agent?.publishReported(),
      log,
    });
  }

  /** @throws EdgeloopError of agent.yaml, or of what was kept before */
  start(): Promise<void> {
    this.#turn = this.#lifecycle.start(() => this.#start());
    return this.#turn;
  }

  /** What is reported has changed. */
  publishReported(): void {
    this.#agent?.publishReported();
  }

  /** Of the agent that runs; one that is just being replaced does not work. */
  liveness(): Liveness {
    return this.#agent?.liveness() ?? { working: false, status: 'Starting' };
  }

  /** Waits for a start on its way, which ends at its next part: afterwards nothing runs. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#agent?.close();
    await this.#turn.catch(() => {});
    await this.#lifecycle.close();
  }

  async #start(): Promise<void> {
    this.#lifecycle.add(lockState(this.#own.state));
    await this.#configuration.start();
    this.#lifecycle.add(() => this.#configuration.close());
    await this.#startAgent();
  }

  async #restart(): Promise<void> {
    const restarted = this.#turn.then(async () => {
      await this.#agent?.close();
      await this.#startAgent();
    });
    this.#turn = restarted.catch((error: Error) => {
      if (!this.#closing) this.#options.onFailed(error);
    });
    await this.#turn;
  }

  /** With what should run, and else with what ran before it. */
  async #startAgent(): Promise<void> {
    while (!this.#closing) {
      this.#configuration.starting();
      try {
        await this.#startWith(effectiveConfig(this.#options.source, this.#configuration.running));
        this.#configuration.started();
        return;
      } catch (error) {
        // That it was closed says nothing of what it was started with.
        if (this.#closing || !(await this.#configuration.failed(error as Error))) throw error;
      }
    }
  }

  async #startWith(config: Config): Promise<void> {
    const { log, surroundings, waitsForPort } = this.#options;
    const { http } = config;
    log.level = config.logLevel;
    this.#agent = new Agent(withCredential(config), {
      ...surroundings(),
      configuration: this.#configuration,
      waitsForPort: waitsForPort && !(this.#configuration.trying && this.#isNew(http)),
    });
    await this.#agent.start();
    this.#http = http;
  }

  #isNew(http: Config['http']): boolean {
    const before = this.#http;
    return before?.host !== http?.host || before?.port !== http?.port;
  }
}
