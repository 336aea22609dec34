import type { AddressInfo } from 'node:net';
import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import { type Bytes, type EpochMillis, seconds } from '@edgeloop/protocol';
import { TokenStore } from '../access/token-store.ts';
import { AccountStore } from '../accounts/account-store.ts';
import { openStores } from '../database/open-stores.ts';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import { Metrics } from '../metrics/metrics.ts';
import { DiskGuard } from '../retention/disk-guard.ts';
import { Store } from '../store/store.ts';
import type { Surroundings } from '../surroundings.ts';
import { FollowedTime } from '../trusted-time/followed-time.ts';
import { machineClock } from '../trusted-time/machine-clock.ts';
import { TrustedTimeStore } from '../trusted-time/trusted-time-store.ts';
import { Ingest } from './ingest.ts';
import { openIngestPage } from './ingest-page.ts';
import { FencedStore } from './lease/fenced-store.ts';
import type { HeldLease } from './lease/held-lease.ts';
import { keepBeating } from './lease/keep-beating.ts';
import { LeaseKeeper } from './lease/lease-keeper.ts';
import { LeaseStore } from './lease/lease-store.ts';
import { LEASE_TIMES } from './lease/lease-times.ts';
import { inWords, thisProcess } from './lease/process-identity.ts';
import { Roster } from './lease/roster.ts';

export interface IngestConfig {
  /** Of a control plane that runs with `--without-ingest`. */
  readonly data: string;
  /** Of PostgreSQL; null: SQLite in `data`. */
  readonly database: PostgresUrl | null;
  readonly brokerUrl: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly brokerCa: string | null;
  readonly allowAnonymous: boolean;
  /** With less than this free on the disk nothing is stored. */
  readonly detectionsMark: Bytes;
  readonly host: string;
  /** Of `/healthz` and `/metrics`; 0: any free one. */
  readonly port: number;
}

interface IngestParts {
  readonly store: Store;
  readonly held: HeldLease;
  readonly roster: Roster;
  readonly disk: DiskGuard;
  readonly received: () => EpochMillis;
}

const LOOK_AT_DISK_EVERY = seconds(5);
const FOLLOW_TIME_EVERY = seconds(60);
/** One that stands by and has not looked at the lease for so long hangs. */
const LONGEST_IDLE = 30_000;
const clock = () => performance.now();

/**
 * `edgeloop-control-plane ingest`: what devices say comes into the store by this process, if it
 * holds the lease, and by nobody else. Any number may run.
 */
export class IngestProcess {
  readonly #config: IngestConfig;
  readonly #surroundings: Omit<Surroundings, 'clientId'>;
  readonly #metrics = new Metrics();
  readonly #lifecycle: Lifecycle;
  #leave: (exitStatus: number) => void = () => {};
  /**
   * With which exit status it wants to end: the database is that of a control plane that ingests
   * itself.
   */
  readonly leaving = new Promise<number>((resolve) => {
    this.#leave = resolve;
  });
  #ingest: Ingest | null = null;
  #liveness: () => Promise<Liveness> = async () => ({ working: false, status: 'Starting' });

  constructor(config: IngestConfig, surroundings: Omit<Surroundings, 'clientId'>) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#lifecycle = new Lifecycle(surroundings.log);
  }

  /** @returns the port of `/healthz` @throws ControlPlaneError with its own exit status */
  start(): Promise<number> {
    return this.#lifecycle.start(() => this.#start());
  }

  /** Stores what came in, and leaves the lease to others. Idempotent. */
  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  /** By what came in and is stored, or by whether the lease is looked at. */
  liveness(): Promise<Liveness> {
    return this.#liveness();
  }

  async #start(): Promise<number> {
    const { data, database: url, host, port, detectionsMark } = this.#config;
    const { log, now, version } = this.#surroundings;
    const store = new Store(data, url, 'ingest');
    await store.start();
    void store.ownership.lost.then(({ message, exitStatus }) => {
      log.error({ error: message }, 'cut off from the database, and replaced');
      this.#leave(exitStatus);
    });
    this.#lifecycle.add(() => store.close());
    const database = openStores(data, url, store.ownership);
    this.#lifecycle.add(() => database.destroy());
    const disk = new DiskGuard({
      folder: data,
      every: LOOK_AT_DISK_EVERY,
      log,
      onChange: () => {},
      marks: { samples: detectionsMark, detections: detectionsMark },
    });
    await disk.start();
    this.#lifecycle.add(() => disk.close());
    const time = new FollowedTime({
      store: new TrustedTimeStore(database),
      machine: machineClock(),
      now,
      log,
      every: FOLLOW_TIME_EVERY,
    });
    await time.start();
    this.#lifecycle.add(() => time.close());
    const accounts = new AccountStore({ database, now });
    const leases = new LeaseStore(database);
    const keeper = new LeaseKeeper({
      leases,
      self: thisProcess(),
      times: LEASE_TIMES,
      clock,
      log,
      work: async (held, signal) => {
        const { allowAnonymous } = this.#config;
        const roster = new Roster({ database, accounts, allowAnonymous });
        await roster.start();
        const received = () => time.latest();
        const ingest = this.#createIngest({ store, held, roster, disk, received });
        ingest.start();
        this.#ingest = ingest;
        await keepBeating({ ingest, held, leases, times: LEASE_TIMES, clock, signal });
        this.#ingest = null;
        await ingest.close();
      },
    });
    const problems = () =>
      [store.problem, disk.problem, this.#ingest?.problem ?? null].filter((it) => it !== null);
    const page = await openIngestPage({
      host,
      port,
      version,
      problems,
      holds: () => keeper.held !== null,
      tokens: new TokenStore({ database, now }),
      metrics: () => this.#metrics.registry.metrics(),
    });
    this.#lifecycle.add(() => void page.close());
    this.#metrics.watchIngest({
      holds: () => keeper.held !== null,
      generation: () => keeper.held?.generation ?? 0,
      waiting: () => this.#ingest?.waiting ?? 0,
      // Who stands by has no connection, and needs none.
      connected: () => (this.#ingest?.problem ?? null) === null,
      freeBytes: () => disk.free,
    });
    keeper.start();
    this.#lifecycle.add(() => keeper.close());
    this.#liveness = async () => {
      await this.#ingest?.settled();
      const { held, holder } = keeper;
      const standby = holder === null ? 'Stands by' : `Stands by for ${inWords(holder)}`;
      const status = held ? `Ingests, generation ${held.generation}` : standby;
      return {
        working: keeper.idle < LONGEST_IDLE,
        status: [status, ...problems()].join('; '),
      };
    };
    return (page.address() as AddressInfo).port;
  }

  #createIngest({ store, held, roster, disk, received }: IngestParts): Ingest {
    const { brokerUrl, brokerCa } = this.#config;
    const metrics = this.#metrics;
    const onRefused = () => metrics.invalid.inc({ reason: 'DEVICE_NOT_ADMITTED' });
    return new Ingest({
      ...this.#surroundings,
      now: received,
      brokerUrl,
      brokerCa,
      metrics,
      admissions: roster,
      // One name for all: a broker that lets the next in ends the connection of the one before.
      clientId: 'edgeloop-ingest',
      store: new FencedStore({ store, held, roster, clock, onRefused }),
      shared: { mayTell: () => held.certain },
      mayStore: () => disk.state !== 'full',
      onBatch: () => {},
      onStored: () => {},
      onAck: () => {},
    });
  }
}
