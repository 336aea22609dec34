import type { AddressInfo } from 'node:net';
import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import type { FastifyInstance } from 'fastify';
import { type ApiOptions, createApi } from './api/create-api.ts';
import { BUILT_DASHBOARD } from './api/dashboard/serve-dashboard.ts';
import type { BrokerPorts } from './broker/embedded-broker.ts';
import type { ControlPlaneConfig } from './config.ts';
import { openStores } from './database/open-stores.ts';
import { watchPresence } from './devices/create-fleet.ts';
import { ControlPlaneError } from './errors.ts';
import { EventBus } from './events/event-bus.ts';
import { listenFailure } from './listen-failure.ts';
import { Metrics } from './metrics/metrics.ts';
import { allotBudgets } from './parts/allot-budgets.ts';
import { checkLiveness } from './parts/check-liveness.ts';
import type { Context } from './parts/context.ts';
import { findProblems } from './parts/find-problems.ts';
import { openAccess } from './parts/open-access.ts';
import { openAccounts } from './parts/open-accounts.ts';
import { openBroker } from './parts/open-broker.ts';
import { openCommands } from './parts/open-commands.ts';
import { openDesiredState } from './parts/open-desired-state.ts';
import { openDetectionRetention } from './parts/open-detection-retention.ts';
import { openEvents } from './parts/open-events.ts';
import { openFleet } from './parts/open-fleet.ts';
import { openIntegrity } from './parts/open-integrity.ts';
import { openLine } from './parts/open-line.ts';
import { openPictures } from './parts/open-pictures.ts';
import { openRetention } from './parts/open-retention.ts';
import { openTime } from './parts/open-time.ts';
import { openTraining } from './parts/open-training.ts';
import { readTls } from './parts/read-tls.ts';
import { watchMetrics } from './parts/watch-metrics.ts';
import { watchTls } from './parts/watch-tls.ts';
import { RetentionStore } from './retention/retention-store.ts';
import { wasLeftOpen } from './store/open-database.ts';
import { Store } from './store/store.ts';
import type { Surroundings } from './surroundings.ts';

/** What whoever started it needs to know. */
export interface Ready {
  readonly api: number;
  /** Null: the broker is another process. */
  readonly broker: BrokerPorts | null;
  /** Of a token that may do everything; null where it was removed. */
  readonly tokenFile: string | null;
  /**
   * Makes a path of the dashboard that logs a browser in as that token, once; null where the file
   * was removed.
   */
  readonly loginPath: () => Promise<string | null>;
}

/** What of the API is the same whatever the parts are. */
type OwnApiOption =
  | 'log'
  | 'version'
  | 'now'
  | 'dashboard'
  | 'tls'
  | 'silentAfter'
  | 'metrics'
  | 'answered';

/** Every part, built and joined by hand, started in order and closed in reverse. */
export class ControlPlane {
  readonly #config: ControlPlaneConfig;
  readonly #surroundings: Surroundings;
  readonly #metrics = new Metrics();
  readonly #lifecycle: Lifecycle;
  #leave: (exitStatus: number) => void = () => {};
  /** With which exit status it wants to end: the database is another's. */
  readonly leaving = new Promise<number>((resolve) => {
    this.#leave = resolve;
  });
  #liveness: () => Promise<Liveness> = async () => ({ working: false, status: 'Starting' });

  constructor(config: ControlPlaneConfig, surroundings: Surroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#lifecycle = new Lifecycle(surroundings.log);
  }

  /**
   * What was started is closed when something fails.
   * @throws ControlPlaneError with its own exit status
   */
  start(): Promise<Ready> {
    return this.#lifecycle.start(() => this.#start());
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  /** By what came in and is stored. Answers when it knows: not at all where something hangs. */
  liveness(): Promise<Liveness> {
    return this.#liveness();
  }

  async #start(): Promise<Ready> {
    const context = await this.#openContext();
    const { accounts, admissions } = await openAccounts(context);
    const access = await openAccess(context, admissions);
    const telling = await openEvents(context);
    const disk = await openDetectionRetention(context, telling.webhooks);
    const training = await openTraining(context);
    const { registry } = training;
    const desired = await openDesiredState(context, { admissions, registry });
    const seePresence = watchPresence(context);
    const mayKeep = () => disk.state === 'room';
    const { pictures, news } = await openPictures(context, { admissions, mayKeep });
    const commands = openCommands(context, { admissions, news });

    const opened = await openBroker(context, admissions);
    const { broker, journalProblem, ...connection } = opened;
    const { line: ingest, ingests } = openLine(context, {
      admissions,
      broker: connection,
      mayStore: () => disk.state !== 'full',
      onStored: telling.onStored,
      onAck: (address, ack) => commands.commandService.acknowledge(address, ack),
      onBatch(batch) {
        seePresence(batch);
        desired.see(batch);
      },
    });
    const { publisher, engine } = desired;
    desired.start(allotBudgets(context, { ...training, ingest, publisher }), ingest);
    commands.start(ingest);
    engine.start();
    this.#lifecycle.add(() => engine.close());

    watchMetrics(context, { broker, ingest, ingests, disk });
    const removed = { pictures: training, shown: pictures };
    const fleet = openFleet(context, { accounts, admissions, broker: opened, ingest, ...removed });
    const asked = { ingest, ingests, disk, keys: registry.keys, journalProblem };
    const problems = () => findProblems(context, asked);
    this.#liveness = () => checkLiveness({ ...context, ingest, problems });
    const port = await this.#serveApi({
      store: context.store,
      fleet,
      pictures,
      ...commands,
      ...access,
      ...telling,
      ...training,
      ...desired.parts,
      ...openRetention(context, disk),
      problems,
    });
    void fleet.decommission.resume().catch(({ message: error }: Error) => {
      this.#surroundings.log.error({ error }, 'a device was not removed');
    });
    const { tokenFile, loginPath } = access;
    const ready = { api: port, tokenFile, loginPath };
    if (!broker) return { ...ready, broker: null };
    await ingest.connected;
    return { ...ready, broker: await broker.open() };
  }

  async #openContext(): Promise<Context> {
    const { data, database: url, ingest } = this.#config;
    const endedBadly = wasLeftOpen(data);
    const store = new Store(data, url, ingest === 'within' ? 'whole' : 'api');
    await store.start();
    void store.ownership.lost.then(({ message, exitStatus }) => {
      this.#surroundings.log.error({ error: message }, 'cut off from the database, and replaced');
      this.#leave(exitStatus);
    });
    this.#lifecycle.add(() => store.close());
    const database = openStores(data, url, store.ownership);
    this.#lifecycle.add(() => database.destroy());
    const retention = new RetentionStore({ database, defaults: this.#config.retention });
    await retention.start();
    const context = {
      config: this.#config,
      surroundings: this.#surroundings,
      lifecycle: this.#lifecycle,
      database,
      metrics: this.#metrics,
      events: new EventBus(this.#surroundings),
    };
    const integrity = openIntegrity(context, endedBadly);
    return { ...context, store, retention, integrity, time: await openTime(context, retention) };
  }

  /** @returns the port that it listens on */
  async #serveApi(parts: Omit<ApiOptions, OwnApiOption>): Promise<number> {
    const { log, version, now } = this.#surroundings;
    const api = await createApi({
      ...parts,
      log,
      version,
      now,
      dashboard: BUILT_DASHBOARD,
      tls: await readTls(this.#config),
      silentAfter: this.#config.silentAfter,
      metrics: () => this.#metrics.registry.metrics(),
      answered: (request) => this.#metrics.answered(request),
    });
    this.#lifecycle.add(() => api.close());
    this.#lifecycle.add(watchTls(api.server, this.#config, log));
    return this.#listen(api);
  }

  async #listen(api: FastifyInstance): Promise<number> {
    const { host, port } = this.#config;
    try {
      await api.listen({ host, port });
    } catch (cause) {
      throw new ControlPlaneError(
        'HTTP_UNAVAILABLE',
        listenFailure(
          { what: 'the API', host, port, hostFlag: '--host', portFlag: '--port' },
          cause as Error,
        ),
        { cause },
      );
    }
    return (api.server.address() as AddressInfo).port;
  }
}
