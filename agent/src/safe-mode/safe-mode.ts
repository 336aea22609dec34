import { firstAddressOf } from '@edgeloop/broker-connection';
import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import type { AgentFileReport, Health, Millis, Reported } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { LOOPBACK } from '../config/fill-page.ts';
import type { Chosen } from '../configuration/configuration-state.ts';
import { withCredential } from '../enrol/with-credential.ts';
import { AgentError } from '../errors.ts';
import { HttpServer } from '../health/http-server.ts';
import { Machine } from '../health/machine.ts';
import { metricsText } from '../health/metrics-text.ts';
import { PatientServer } from '../health/patient-server.ts';
import { Temperature } from '../health/temperature.ts';
import { createPage } from '../local-page/create-page.ts';
import { type PageState, pageHealth } from '../local-page/page-state.ts';
import type { Surroundings } from '../surroundings.ts';
import { Remedy } from './remedy.ts';
import { mistakeLines } from './report-file.ts';
import { type HealthLink, safeHealth } from './safe-health.ts';
import { SafeLink } from './safe-link.ts';

export interface SafeModeOptions {
  /** Ways to be reached, the best first: each says whom to speak to. Empty: nothing is known. */
  readonly configs: readonly Config[];
  /** What is wrong, as it is now. */
  readonly file: () => AgentFileReport;
  /**
   * Whether the good agent.yaml would do, with settings of the control plane over it.
   * @throws Error why not
   */
  readonly check: (chosen: Chosen) => Promise<void>;
  /** It would, and the control plane says so. */
  readonly onRemedy: () => void;
  /** When the file was last looked at, by the monotonic clock: the work that goes on. */
  readonly lookedAt: () => Millis;
  readonly surroundings: Omit<Surroundings, 'configuration' | 'agentFile' | 'waitsForPort'>;
}

/** A card that is slow may take its time, in ms. */
const LONGEST_WITHOUT_LOOK = 15_000;
/** Where the page is when no configuration says it. */
const HTTP = { host: LOOPBACK, port: 9464 };
const PAGE = { password: null, names: [], pictures: false };

/**
 * The device with an agent.yaml that is wrong: no camera and no model runs; it says why, as far as
 * it can be heard, and waits for a right one.
 */
export class SafeMode {
  readonly #options: SafeModeOptions;
  readonly #lifecycle: Lifecycle;
  readonly #temperature = new Temperature();
  readonly #begun: number;
  #machine: Machine | null = null;
  #link: SafeLink | null = null;
  #remedy: Remedy | null = null;
  #config: Config | null = null;

  constructor(options: SafeModeOptions) {
    this.#options = options;
    const { log, clock } = options.surroundings;
    this.#lifecycle = new Lifecycle(log);
    this.#begun = clock.monotonic();
  }

  /** Goes on without what does not start. @throws AgentError `STATE_IN_USE`: another agent runs */
  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#start());
  }

  close(): Promise<void> {
    return this.#lifecycle.closeAfterStart();
  }

  /** It works while the file is looked at. */
  liveness(): Liveness {
    const { lookedAt, file, surroundings } = this.#options;
    const working = surroundings.clock.monotonic() - lookedAt() < LONGEST_WITHOUT_LOOK;
    return { working, status: `Safe mode: ${mistakeLines(file()).join('; ')}` };
  }

  /** What is wrong has changed. */
  publishReported(): void {
    this.#link?.publishReported();
  }

  async #start(): Promise<void> {
    const { configs, surroundings, file } = this.#options;
    const { log } = surroundings;
    const [first] = configs;
    this.#lifecycle.add(() => this.#temperature.close());
    await this.#temperature.start();
    const machine = new Machine(first?.state ?? process.cwd());
    this.#lifecycle.add(() => machine.close());
    await machine.start();
    this.#machine = machine;
    for (const config of configs) if (await this.#connect(config)) break;
    const http = (this.#config ?? first)?.http;
    if (http !== null) await this.#listen(http ?? HTTP);
    log.error({ mistakes: mistakeLines(file()) }, 'safe mode: nothing runs');
  }

  /** @returns whether there is a way to be heard by it; the broker itself may come later */
  async #connect(recovery: Config): Promise<boolean> {
    const { surroundings, check, onRemedy } = this.#options;
    try {
      const config = withCredential(recovery);
      const remedy = new Remedy({
        folder: config.state,
        check,
        now: surroundings.clock.now,
        onTaken: onRemedy,
        onReport: () => this.publishReported(),
      });
      await remedy.start();
      const link = new SafeLink({
        ...surroundings,
        config,
        reported: () => this.#reported(),
        health: (parts) => this.#health(parts),
        onConfiguration: (wanted) => remedy.receive(wanted),
      });
      await link.start();
      this.#lifecycle.add(() => link.close());
      this.#config = config;
      this.#remedy = remedy;
      this.#link = link;
      return true;
    } catch (error) {
      const inUse = error instanceof AgentError && error.code === 'STATE_IN_USE';
      if (inUse || this.#lifecycle.closing.aborted) throw error;
      surroundings.log.warn({ error: (error as Error).message }, 'no way to be heard by');
      return false;
    }
  }

  async #listen(http: NonNullable<Config['http']>): Promise<void> {
    const { surroundings, configs } = this.#options;
    const { log, clock, version } = surroundings;
    const page = (this.#config ?? configs[0])?.page;
    const config = page === undefined ? PAGE : page;
    const health = () => this.#link?.health ?? this.#health(null);
    const connected = () => this.#link?.connected ?? false;
    const server = new HttpServer({
      ...http,
      problems: () => this.#problems(),
      details: () => ({
        version,
        safeMode: true,
        agentFile: this.#options.file(),
        broker: connected() ? 'connected' : 'disconnected',
        ...health(),
      }),
      metrics: metricsText({ health, connected, updates: () => ({}), safeMode: true }),
      names: config?.names ?? [],
      page: createPage(config, {
        state: () => this.#pageState(health()),
        view: null,
        monotonic: clock.monotonic,
      }),
    });
    const onListening = (port: number) =>
      log.info({ url: `http://${http.host}:${port}`, page: config !== null }, 'health and metrics');
    const patient = new PatientServer({ server, waits: true, onListening, log });
    this.#lifecycle.add(() => patient.close());
    await patient.start();
  }

  #problems(): readonly string[] {
    const problem = this.#link?.problem;
    return [...mistakeLines(this.#options.file()), ...(problem ? [problem] : [])];
  }

  #health(link: HealthLink | null): Health {
    const { bootId, clock } = this.#options.surroundings;
    const { celsius } = this.#temperature;
    // It is read before there is anyone to ask.
    const { state: machine } = this.#machine as Machine;
    return safeHealth({ bootId, clock, begun: this.#begun, celsius, machine, link });
  }

  #reported(): Reported {
    const { file, surroundings } = this.#options;
    const configuration = this.#remedy?.report;
    return {
      bootId: surroundings.bootId,
      agentVersion: surroundings.version,
      slots: {},
      cameras: {},
      agentFile: file(),
      ...(configuration && { configuration }),
    };
  }

  #pageState(health: Health): PageState {
    const { file, surroundings } = this.#options;
    const { clock, version } = surroundings;
    const config = this.#config ?? this.#options.configs[0] ?? null;
    return {
      site: config?.site ?? null,
      device: config?.device ?? null,
      version,
      now: clock.now(),
      problems: this.#problems(),
      agentFile: file(),
      broker: config && {
        host: new URL(firstAddressOf(config.broker.url)).host,
        connected: this.#link?.connected ?? false,
      },
      cameras: [],
      models: [],
      health: pageHealth(health),
    };
  }
}
