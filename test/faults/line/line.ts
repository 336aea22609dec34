import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RpicamStandIn } from '../../stand/agent/rpicam-stand-in.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { pushColourModel, pushColourModels } from '../../stand/control-plane/push-colour-models.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import type { StorePlace } from '../judge/store-rows.ts';
import { Clock } from './clock.ts';
import { createDevice, type Device, environmentOf } from './device.ts';
import { Disk } from './disk.ts';
import { createPostgres, POSTGRES_URL } from './postgres.ts';
import { Service } from './service.ts';

export const SITE = 'works';
export const MODELS = ['amber', 'birch', 'cedar'] as const;
/** In a network of the line's own every port is free. */
const PORTS = { api: 8080, mqtt: 1883, mosquitto: 1884, ingests: [8081, 8082] };
/** A package is 56 MB, a checkpoint 90. */
const DISK_SIZE = { withTrainer: '4g', without: '384m' };
/** Of two jobs, what a killed one left among them. */
const TRAINER_DISK_SIZE = '1g';
/** Short, so that who is killed loses its job while the run lasts. */
const LEASE_TIME = '15s';

export interface LineOptions {
  /** All of the line is below it. */
  readonly folder: string;
  readonly shim: string;
  /** The last has a camera that is a program, the others pictures in a folder. */
  readonly devices: number;
  readonly broker: 'embedded' | 'mosquitto';
  /**
   * Separate: two processes beside the control plane, one of which stands by; not with the embedded
   * broker.
   */
  readonly ingest: 'inside' | 'separate';
  readonly database: 'sqlite' | 'postgres';
  readonly trainer: boolean;
  /** Between two pictures of a camera: `25ms`. */
  readonly interval: string;
}

/** A control plane, devices that are at work, and what can be broken of them. */
export class Line {
  readonly options: LineOptions;
  readonly devices: Device[] = [];
  /** What is asked of the control plane. */
  readonly api = new ControlPlaneProcess([]);
  readonly clock: Clock;
  readonly disk: Disk;
  readonly controlPlane: Service;
  readonly mosquitto: Service | null;
  readonly postgres: Service | null;
  readonly ingests: readonly Service[];
  /** Of what the trainer keeps while it works; null: there is none. */
  readonly trainerDisk: Disk | null;
  trainer: Service | null = null;
  camera: RpicamStandIn | null = null;
  /** Digests by name. */
  models: Readonly<Record<string, string>> = {};
  /** Digest of the one that every agent.yaml names. */
  fallback = '';

  #others = 0;

  constructor(options: LineOptions) {
    this.options = options;
    const { folder, shim, broker, ingest, database, trainer } = options;
    mkdirSync(folder, { recursive: true });
    const size = trainer ? DISK_SIZE.withTrainer : DISK_SIZE.without;
    this.disk = new Disk(join(folder, 'control-plane'), size, shim);
    this.clock = new Clock(join(folder, 'control-plane.clock'));
    this.trainerDisk = trainer ? new Disk(join(folder, 'trainer'), TRAINER_DISK_SIZE, shim) : null;
    this.mosquitto = broker === 'mosquitto' ? this.#createMosquitto() : null;
    this.postgres = database === 'postgres' ? createPostgres(folder) : null;
    const elsewhere = ['--broker', `mqtt://127.0.0.1:${PORTS.mosquitto}`];
    const stored = this.postgres ? ['--database', POSTGRES_URL] : [];
    this.controlPlane = new Service({
      name: 'control-plane',
      command: [
        ...[process.execPath, PROGRAMS.controlPlane, 'run', '--data', this.data],
        ...['--port', String(PORTS.api), '--samples-mark', '0B', '--detections-mark', '0B'],
        ...['--lease-time', LEASE_TIME],
        ...(this.mosquitto ? elsewhere : ['--mqtt-port', String(PORTS.mqtt)]),
        ...(ingest === 'separate' ? ['--without-ingest'] : []),
        ...stored,
      ],
      env: environmentOf(this.disk, this.clock),
      log: join(folder, 'control-plane.log'),
      ready: /"ready":true/,
    });
    this.ingests = (ingest === 'separate' ? PORTS.ingests : []).map((port, i) => {
      const name = `ingest-${i + 1}`;
      // PostgreSQL's may be on a machine of their own, and know no folder of another.
      const data = this.postgres ? join(this.disk.folder, name) : this.data;
      return new Service({
        name,
        command: [
          ...[process.execPath, PROGRAMS.controlPlane, 'ingest', '--data', data],
          ...['--port', String(port), '--detections-mark', '0B', ...elsewhere, ...stored],
        ],
        env: environmentOf(this.disk, this.clock),
        log: join(folder, `${name}.log`),
        ready: /"ready":true/,
      });
    });
  }

  get data(): string {
    return join(this.disk.folder, 'data');
  }

  /** Where the trainer keeps pictures, and jobs that it works on. */
  get trainerWork(): string {
    return join(this.options.folder, 'trainer', 'work');
  }

  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.mosquitto ? PORTS.mosquitto : PORTS.mqtt}`;
  }

  get services(): readonly Service[] {
    const others = [this.postgres, this.mosquitto, this.trainer].filter(
      (service) => service !== null,
    );
    return [
      ...others,
      this.controlPlane,
      ...this.ingests,
      ...this.devices.map(({ service }) => service),
    ];
  }

  /** The file of its database; null: it is PostgreSQL's. */
  get store(): string | null {
    return this.postgres ? null : join(this.data, 'control-plane.sqlite');
  }

  get storePlace(): StorePlace {
    return this.store === null ? { url: POSTGRES_URL } : { file: this.store };
  }

  /** By each process that stores: what it has told of itself. */
  async metrics(): Promise<string> {
    const ports = this.ingests.length > 0 ? PORTS.ingests : [PORTS.api];
    const headers = { authorization: `Bearer ${this.api.token}` };
    const all = ports.map(async (port) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text(),
    );
    return (await Promise.all(all)).join('\n');
  }

  /** All that have the files of the store open. */
  async stopStore(signal?: NodeJS.Signals): Promise<void> {
    for (const service of [...this.ingests, this.controlPlane]) await service.stop(signal);
  }

  startStore(): void {
    for (const service of [this.controlPlane, ...this.ingests]) service.start();
  }

  async start(): Promise<void> {
    for (const service of [this.postgres, this.mosquitto]) {
      service?.start();
      await service?.ready();
    }
    this.controlPlane.start();
    if (!(await this.controlPlane.ready())) throw new Error(this.controlPlane.said);
    this.startStore();
    this.api.apiPort = PORTS.api;
    this.api.token = readFileSync(join(this.data, 'admin-token'), 'utf8').trim();
    this.models = await pushColourModels(this.api, MODELS);
    this.camera = await RpicamStandIn.create('rpicam-vid');
    const names = Array.from({ length: this.options.devices }, (_, i) => `pi-${i + 1}`);
    const given = { ...this.options, api: this.api, brokerUrl: this.brokerUrl, site: SITE };
    const added = names.map((name) =>
      createDevice({ ...given, name, isProgram: name === names.at(-1) }),
    );
    this.devices.push(...(await Promise.all(added)));
    this.fallback = this.devices[0]!.fallback;
    if (this.options.trainer) await this.#addTrainer();
    for (const { service } of this.devices) service.start();
    for (const { service } of this.devices) {
      if (!(await service.ready())) throw new Error(`${service.name}: ${service.said}`);
    }
  }

  /** Another model for the registry, which no rollout brings to a device. */
  async pushAnother(): Promise<void> {
    this.#others += 1;
    await pushColourModel(this.api, `other-${this.#others}`);
  }

  /** Everything works again, and whatever was down is started. */
  async heal(): Promise<void> {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    this.disk.heal();
    this.trainerDisk?.heal();
    this.clock.jump(0);
    for (const { disk, clock } of this.devices) {
      disk.heal();
      clock.jump(0);
    }
    await this.camera?.behave({});
    for (const service of this.services) {
      service.signal('SIGCONT');
      service.start();
    }
  }

  async close(): Promise<void> {
    for (const service of this.services) await service.stop();
    await this.camera?.remove();
  }

  async #addTrainer(): Promise<void> {
    const { folder } = this.options;
    const token = join(folder, 'trainer.token');
    writeFileSync(
      token,
      (await this.api.post('/api/tokens', { name: 'gpu', role: 'trainer' })).secret,
    );
    this.trainer = new Service({
      name: 'trainer',
      command: [
        ...[process.execPath, PROGRAMS.trainer, 'work', '--name', 'trainer', '--threads', '1'],
        ...['--server', `http://127.0.0.1:${PORTS.api}`, '--token-file', token],
        ...['--work', this.trainerWork, '--checkpoint-seconds', '1', '--upload-seconds', '2'],
      ],
      // What it measures of the machine, it measures in the first job.
      env: { ...this.trainerDisk?.env, XDG_CACHE_HOME: join(folder, 'cache') },
      log: join(folder, 'trainer.log'),
      ready: /./,
    });
    this.trainer.start();
  }

  #createMosquitto(): Service {
    const config = join(this.options.folder, 'mosquitto.conf');
    writeFileSync(
      config,
      `listener ${PORTS.mosquitto} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n`,
    );
    return new Service({
      name: 'mosquitto',
      command: ['mosquitto', '-c', config],
      log: join(this.options.folder, 'mosquitto.log'),
      ready: /running/,
    });
  }
}

/** A database with its log, beside it or back: only of a process that is down. */
export function copyDatabase(from: string, to: string): void {
  for (const side of ['', '-wal']) copyFileSync(from + side, to + side);
}
