import type { AddressInfo } from 'node:net';
import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import type { DeviceId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import { createApi } from './api/create-api.ts';
import { BUILT_DASHBOARD } from './api/dashboard/serve-dashboard.ts';
import type { BrokerPorts } from './broker/embedded-broker.ts';
import type { ControlPlaneConfig } from './config.ts';
import { openStores } from './database/open-stores.ts';
import { rootSource } from './desired/root-source.ts';
import { watchPresence } from './devices/create-fleet.ts';
import { ControlPlaneError } from './errors.ts';
import { EventBus } from './events/event-bus.ts';
import { LabelQueue } from './labels/label-queue.ts';
import { countByState } from './metrics/count-by-state.ts';
import { Metrics } from './metrics/metrics.ts';
import { allotBudgets } from './parts/allot-budgets.ts';
import { checkLiveness } from './parts/check-liveness.ts';
import type { Context } from './parts/context.ts';
import { openAccess } from './parts/open-access.ts';
import { openAccounts } from './parts/open-accounts.ts';
import { openBroker } from './parts/open-broker.ts';
import { openCommands } from './parts/open-commands.ts';
import { openConfigurations } from './parts/open-configurations.ts';
import { openDesired } from './parts/open-desired.ts';
import { openDetectionRetention } from './parts/open-detection-retention.ts';
import { openEvents } from './parts/open-events.ts';
import { openFleet } from './parts/open-fleet.ts';
import { openIntegrity } from './parts/open-integrity.ts';
import { openJobs } from './parts/open-jobs.ts';
import { openLearning } from './parts/open-learning.ts';
import { openLine } from './parts/open-line.ts';
import { openPictures } from './parts/open-pictures.ts';
import { openRegistry } from './parts/open-registry.ts';
import { openRetention } from './parts/open-retention.ts';
import { openRollouts } from './parts/open-rollouts.ts';
import { openTime } from './parts/open-time.ts';
import { readTls } from './parts/read-tls.ts';
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
    const { log, version } = this.#surroundings;
    const context = await this.#openContext();
    const { store, time, integrity } = context;
    const { accounts, admissions } = await openAccounts(context);
    const access = await openAccess(context, admissions);
    const telling = await openEvents(context);
    const disk = await openDetectionRetention(context, telling.webhooks);
    const registry = await openRegistry(context);
    const {
      registry: { keys },
    } = registry;
    const learning = await openLearning(context, registry);
    const jobs = await openJobs(context, registry, learning);
    const { now } = this.#surroundings;
    const queue = new LabelQueue({ database: context.database, now, drifting: jobs.drifting });

    const desired = openDesired(context, admissions);
    const tell = (devices: Iterable<DeviceId>) => desired.publisher.tell(devices);
    const configured = await openConfigurations(context, tell);
    const { reports, desiredConfigurations } = configured;
    const { engine, slots, ...rollouts } = await openRollouts(context, {
      registry: registry.registry,
      configurations: configured.configurationPort,
      tell,
    });
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
        desired.watch.see(batch);
        reports.see(batch);
        engine.see(batch);
      },
    });

    const budgets = allotBudgets(context, {
      ...learning,
      ...jobs,
      ingest,
      publisher: desired.publisher,
    });
    desired.start([budgets, slots, rootSource(keys), desiredConfigurations], ingest);
    commands.start(ingest);
    engine.start();
    this.#lifecycle.add(() => engine.close());

    this.#metrics.watch({
      waiting: () => ingest.waiting,
      connected: () => ingest.problem === null,
      broker: () => broker && { clients: broker.clients, ...broker.kept },
      ingests,
      devices: () => store.read('countDevices', null),
      freeBytes: () => disk.free,
      clock: time,
      integrity,
      jobs: () => countByState(context.database, 'jobs'),
      rollouts: () => countByState(context.database, 'rollouts'),
    });
    const fleet = openFleet(context, {
      accounts,
      admissions,
      broker: opened,
      ingest,
      pictures: learning,
      shown: pictures,
    });
    const problems = () =>
      [
        ...[store.problem, ingest.problem, disk.problem, time.problem, keys.problem],
        ...[ingests?.problem ?? null, journalProblem(), integrity?.problem ?? null],
      ].filter((problem) => problem !== null);
    this.#liveness = () => checkLiveness({ ...context, ingest, problems });
    const api = await createApi({
      store,
      log,
      version,
      now,
      fleet,
      pictures,
      ...commands,
      ...access,
      ...telling,
      ...registry,
      ...learning,
      ...jobs,
      queue,
      ...rollouts,
      ...configured,
      dashboard: BUILT_DASHBOARD,
      tls: await readTls(this.#config),
      silentAfter: this.#config.silentAfter,
      ...openRetention(context, disk),
      problems,
      metrics: () => this.#metrics.registry.metrics(),
      answered: (request) => this.#metrics.answered(request),
    });
    this.#lifecycle.add(() => api.close());
    this.#lifecycle.add(watchTls(api.server, this.#config, log));
    const apiPort = await this.#listen(api);
    void fleet.decommission
      .resume()
      .catch((error: Error) => log.error({ error: error.message }, 'a device was not removed'));
    const { tokenFile, loginPath } = access;
    const ready = { api: apiPort, tokenFile, loginPath };
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

  async #listen(api: FastifyInstance): Promise<number> {
    const { host, port } = this.#config;
    try {
      await api.listen({ host, port });
    } catch (cause) {
      throw new ControlPlaneError(
        'HTTP_UNAVAILABLE',
        `Expected a free port for the API, received ${host}:${port}: ${(cause as Error).message}. Choose another with --port, 0 for any.`,
        { cause },
      );
    }
    return (api.server.address() as AddressInfo).port;
  }
}
