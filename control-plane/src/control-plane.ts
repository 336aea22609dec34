import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { Parts } from '@edgeloop/daemon';
import { type EpochMillis, seconds } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AttemptLimit } from './access/attempt-limit.ts';
import { ensureFirstToken } from './access/first-token.ts';
import { IdempotencyStore } from './access/idempotency-store.ts';
import { TokenStore } from './access/token-store.ts';
import { createApi } from './api/create-api.ts';
import { AuditStore } from './audit/audit-store.ts';
import { BROKER_LIMITS, EmbeddedBroker } from './broker/embedded-broker.ts';
import { openStores } from './database/open-stores.ts';
import { ControlPlaneError } from './errors.ts';
import { Ingest } from './ingest/ingest.ts';
import { Metrics } from './metrics/metrics.ts';
import { Store } from './store/store.ts';

export interface ControlPlaneConfig {
  /** The folder of all that it keeps. */
  readonly data: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Files of the API's certificate and key, PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly broker:
    | { readonly kind: 'embedded'; readonly host: string; readonly port: number }
    | { readonly kind: 'external'; readonly url: string };
}

/** What it takes from the world around it. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Of this process among the broker's clients. */
  readonly clientId: string;
}

/** What whoever started it needs to know. */
export interface Ready {
  readonly api: number;
  /** Null: the broker is another process. */
  readonly mqtt: number | null;
  /** Of a token that may do everything; null where it was removed. */
  readonly tokenFile: string | null;
}

const MAX_CONNECTIONS = 10_000;
/** Failed attempts from one address: the first few are typing errors. */
const ATTEMPTS = {
  ...{ free: 5, bound: 10_000 },
  ...{ firstWait: seconds(1), longestWait: seconds(300) },
};

/** Store, broker, ingest and API: built and joined by hand, started in order and closed in reverse. */
export class ControlPlane {
  readonly #config: ControlPlaneConfig;
  readonly #surroundings: Surroundings;
  readonly #metrics = new Metrics();
  readonly #parts: Parts;

  constructor(config: ControlPlaneConfig, surroundings: Surroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#parts = new Parts(surroundings.log);
  }

  /** What was started is closed when something fails. @throws ControlPlaneError with its own exit status */
  start(): Promise<Ready> {
    return this.#parts.start(() => this.#start());
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  async #start(): Promise<Ready> {
    const { log, version } = this.#surroundings;
    const store = new Store(this.#config.data);
    await store.start();
    this.#parts.add(() => store.close());

    const { broker: config } = this.#config;
    const broker = config.kind === 'embedded' ? this.#createBroker(config) : null;
    const brokerUrl = broker ? `mqtt://127.0.0.1:${await broker.start()}` : urlOf(config);
    if (broker) this.#parts.add(() => broker.close());
    const ingest = new Ingest({ ...this.#surroundings, brokerUrl, store, metrics: this.#metrics });
    ingest.start();
    this.#parts.add(() => ingest.close());

    this.#metrics.watch({
      waiting: () => ingest.waiting,
      connected: () => ingest.problem === null,
      clients: () => broker?.clients ?? null,
      devices: () => store.read('countDevices', null),
    });
    const { tokenFile, ...access } = await this.#openAccess();
    const api = await createApi({
      ...{ store, log, version, ...access },
      tls: await this.#readTls(),
      problems: () => [store.problem, ingest.problem].filter((problem) => problem !== null),
      metrics: () => this.#metrics.registry.metrics(),
    });
    this.#parts.add(() => api.close());
    const apiPort = await this.#listen(api);
    if (!broker) return { api: apiPort, mqtt: null, tokenFile };
    await ingest.connected;
    return { api: apiPort, mqtt: await broker.open(), tokenFile };
  }

  /** Who may use the API. */
  async #openAccess() {
    const { log, now } = this.#surroundings;
    const database = openStores(this.#config.data);
    this.#parts.add(() => database.destroy());
    const tokens = new TokenStore({ database, now });
    const tokenFile = await ensureFirstToken(this.#config.data, tokens);
    if (tokenFile) log.info({ tokenFile }, 'a token that may do everything');
    return {
      ...{ tokens, tokenFile },
      audit: new AuditStore({ database, now }),
      idempotency: new IdempotencyStore({ database, now }),
      attempts: new AttemptLimit({ ...ATTEMPTS, now }),
      devices: { authenticate: async () => null },
    };
  }

  async #readTls() {
    const { tls } = this.#config;
    if (!tls) return null;
    try {
      return { cert: await readFile(tls.cert), key: await readFile(tls.key) };
    } catch (cause) {
      const message = `Expected a certificate and its key for --tls-cert and --tls-key: ${(cause as Error).message}.`;
      throw new ControlPlaneError('OPTION_INVALID', message, { cause });
    }
  }

  #createBroker({ host, port }: { host: string; port: number }): EmbeddedBroker {
    return new EmbeddedBroker({
      ...{ host, port, limits: BROKER_LIMITS, maxConnections: MAX_CONNECTIONS },
      connectTimeout: seconds(10),
      drainTimeout: seconds(10),
      onRefused: (reason) => this.#metrics.refused.inc({ reason }),
    });
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

const urlOf = (broker: ControlPlaneConfig['broker']): string =>
  broker.kind === 'external' ? broker.url : '';
