import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'edgeloop_control_plane_';

/** The figures of the embedded broker. */
interface BrokerFigures {
  readonly clients: number;
  readonly retained: number;
  readonly sessions: number;
  readonly waiting: number;
}

/** The figures of the process that is connected to the broker. */
interface LineSources {
  readonly waiting: () => number;
  readonly connected: () => boolean;
  readonly freeBytes: () => number;
}

/** Of a process that ingests, or stands by to do so. */
export interface IngestSources extends LineSources {
  readonly holds: () => boolean;
  /** Of the lease that it has; 0: none. */
  readonly generation: () => number;
}

/** What is read when it is asked for. */
export interface MetricSources extends LineSources {
  /** Null: the broker is another process. */
  readonly broker: () => BrokerFigures | null;
  /** Null: this process ingests itself. */
  readonly ingests: { readonly problem: string | null; readonly generation: number } | null;
  readonly clock: { readonly problem: string | null; readonly aheadSeconds: number };
  /** Null: the database is a server, which looks after itself. */
  readonly integrity: { readonly problem: string | null; readonly checkedAt: number } | null;
  readonly devices: () => Promise<CountByState>;
  readonly jobs: () => Promise<CountByState>;
  readonly rollouts: () => Promise<CountByState>;
}

export type CountByState = Readonly<Record<string, number>>;

/** Of one answer of the API. */
export interface AnsweredRequest {
  readonly method: string;
  /** As in the OpenAPI document: `/api/devices/:device`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** In Prometheus' units: seconds, bytes, counts. */
export class Metrics {
  readonly registry = new Registry();
  readonly messages = this.#counter('messages_total', 'Valid messages', ['topic']);
  readonly invalid = this.#counter('invalid_messages_total', 'Messages not stored', ['reason']);
  readonly rows = this.#counter(
    'rows_total',
    'Detections and tombstones: stored, duplicate, or too early and not kept',
    ['outcome'],
  );
  readonly tombstones = this.#counter('tombstones_total', 'Tombstones stored', []);
  readonly refused = this.#counter(
    'refused_connections_total',
    'Cut or not given what was asked for, by the embedded broker',
    ['reason'],
  );
  readonly brokerLosses = this.#counter(
    'broker_losses_total',
    'What the embedded broker did not keep: messages and sessions',
    ['reason'],
  );
  readonly commitSeconds = this.#histogram(
    'commit_seconds',
    'From the queue to the disk',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  );
  readonly batchRecords = this.#histogram(
    'batch_records',
    'Records of a commit',
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
  );

  readonly pictures = this.#counter(
    'pictures_total',
    'Pictures of devices that were kept: last frames of cameras, thumbnails of occurrences',
    ['kind'],
  );
  readonly commands = this.#counter(
    'commands_total',
    'Commands of devices that were answered, or expired',
    ['command', 'outcome'],
  );
  readonly #requests = new Histogram({
    name: `${PREFIX}http_request_seconds`,
    help: 'From a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  /** Once, when what they come from is there. */
  watch(sources: MetricSources): void {
    const { broker, devices, jobs, rollouts, ingests, clock, integrity } = sources;
    this.#watchLine(sources);
    const alive = () => (ingests === null || ingests.problem === null ? 1 : 0);
    this.#gauge('ingest_alive', 'Whether some process ingests: this one, or another', alive);
    const generation = () => ingests?.generation ?? 0;
    this.#gauge('ingest_generation', 'How often the lease was taken; 0: it needs none', generation);
    this.#gauge('clock_believed', 'Whether what the clock says is believed', () =>
      clock.problem === null ? 1 : 0,
    );
    this.#gauge(
      'clock_ahead_seconds',
      'How far the clock is ahead of the time that has surely passed; negative: behind',
      () => clock.aheadSeconds,
    );
    this.#gauge('database_damaged', 'Whether damage was found in the database', () =>
      (integrity?.problem ?? null) === null ? 0 : 1,
    );
    if (integrity) {
      const checkedAt = () => integrity.checkedAt;
      const help = 'When every page of the database was last read; 0: never';
      this.#gauge('database_checked_timestamp_seconds', help, checkedAt);
    }
    if (broker()) this.#watchBroker((figure) => broker()?.[figure] ?? 0);
    this.#byState('devices', 'Devices by state', devices);
    this.#byState('jobs', 'Training jobs by state', jobs);
    this.#byState('rollouts', 'Rollouts by state', rollouts);
  }

  /** Instead of `watch`, in a process that only ingests. */
  watchIngest(sources: IngestSources): void {
    this.#watchLine(sources);
    this.#gauge('ingest_holds_lease', 'Whether this process ingests, or stands by', () =>
      sources.holds() ? 1 : 0,
    );
    this.#gauge('ingest_generation', 'How often the lease was taken; 0: it stands by', () =>
      sources.generation(),
    );
  }

  #watchLine({ waiting, connected, freeBytes }: LineSources): void {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('queued_records', 'Records that wait for their commit', waiting);
    this.#gauge('broker_connected', 'Whether ingest is connected', () => (connected() ? 1 : 0));
    this.#gauge('free_bytes', 'Room on the disk of the data folder', freeBytes);
  }

  #byState(name: string, help: string, read: () => Promise<CountByState>): void {
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames: ['state'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const [state, count] of Object.entries(await read())) this.set({ state }, count);
      },
    });
  }

  #watchBroker(read: (figure: keyof BrokerFigures) => number): void {
    this.#gauge('broker_clients', 'Clients of the embedded broker', () => read('clients'));
    this.#gauge('broker_retained_messages', 'Retained messages', () => read('retained'));
    this.#gauge('broker_sessions', 'Sessions that outlive a connection', () => read('sessions'));
    this.#gauge('broker_queued_messages', 'Messages that wait for a session', () =>
      read('waiting'),
    );
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[]) {
    return new Histogram({ name: PREFIX + name, help, buckets, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
