import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageDigest } from '@edgeloop/onnx';
import { AgentFolder, AgentProcess } from '../../stand/agent-process.ts';
import { ControlPlaneProcess } from '../../stand/control-plane-process.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { pushColourModels } from '../../stand/push-colour-models.ts';
import { RpicamStandIn } from '../../stand/rpicam-stand-in.ts';
import { Clock } from './clock.ts';
import { Disk } from './disk.ts';
import { Service } from './service.ts';

export const SITE = 'works';
export const MODELS = ['amber', 'birch', 'cedar'] as const;
/** In a network of the line's own every port is free. */
const PORTS = { api: 8080, mqtt: 1883, mosquitto: 1884 };
const COLOURS = ['red', 'green', 'blue'] as const;

export interface LineOptions {
  /** All of the line is below it. */
  readonly folder: string;
  readonly shim: string;
  /** The last has a camera that is a program, the others pictures in a folder. */
  readonly devices: number;
  readonly broker: 'embedded' | 'mosquitto';
  readonly trainer: boolean;
  /** Between two pictures of a camera: `25ms`. */
  readonly interval: string;
}

/** One device: its agent, its disk, its clock. */
export interface Device {
  readonly name: string;
  readonly service: Service;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Of its state. */
  readonly folder: string;
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
  trainer: Service | null = null;
  camera: RpicamStandIn | null = null;
  /** Digests by name. */
  models: Readonly<Record<string, string>> = {};
  /** Digest of the one that every agent.yaml names. */
  fallback = '';

  constructor(options: LineOptions) {
    this.options = options;
    const { folder, shim, broker } = options;
    mkdirSync(folder, { recursive: true });
    this.disk = new Disk(join(folder, 'control-plane'), '384m', shim);
    this.clock = new Clock(join(folder, 'control-plane.clock'));
    this.mosquitto = broker === 'mosquitto' ? this.#createMosquitto() : null;
    const elsewhere = ['--broker', `mqtt://127.0.0.1:${PORTS.mosquitto}`];
    this.controlPlane = new Service({
      name: 'control-plane',
      command: [
        ...[process.execPath, PROGRAMS.controlPlane, 'run', '--data', this.data],
        ...['--port', String(PORTS.api), '--samples-mark', '0B', '--detections-mark', '0B'],
        ...(this.mosquitto ? elsewhere : ['--mqtt-port', String(PORTS.mqtt)]),
      ],
      env: environmentOf(this.disk, this.clock),
      log: join(folder, 'control-plane.log'),
      ready: /"ready":true/,
    });
  }

  get data(): string {
    return join(this.disk.folder, 'data');
  }

  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.mosquitto ? PORTS.mosquitto : PORTS.mqtt}`;
  }

  get services(): readonly Service[] {
    const others = [this.mosquitto, this.trainer].filter((service) => service !== null);
    return [this.controlPlane, ...others, ...this.devices.map(({ service }) => service)];
  }

  async start(): Promise<void> {
    this.mosquitto?.start();
    await this.mosquitto?.ready();
    this.controlPlane.start();
    if (!(await this.controlPlane.ready())) throw new Error(this.controlPlane.said);
    this.api.apiPort = PORTS.api;
    this.api.token = readFileSync(join(this.data, 'admin-token'), 'utf8').trim();
    this.models = await pushColourModels(this.api, MODELS);
    this.camera = await RpicamStandIn.create('rpicam-vid');
    const names = Array.from({ length: this.options.devices }, (_, i) => `pi-${i + 1}`);
    const added = names.map((name) => this.#createDevice(name, name === names.at(-1)));
    this.devices.push(...(await Promise.all(added)));
    if (this.options.trainer) await this.#addTrainer();
    for (const { service } of this.devices) {
      service.start();
      if (!(await service.ready())) throw new Error(service.said);
    }
  }

  /** Everything works again, and whatever was down is started. */
  async heal(): Promise<void> {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    this.disk.heal();
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

  async #createDevice(name: string, isProgram: boolean): Promise<Device> {
    const { folder, shim, interval } = this.options;
    const disk = new Disk(join(folder, name), '24m', shim);
    const clock = new Clock(join(folder, `${name}.clock`));
    const files = await AgentFolder.create();
    await files.addPictures(Array.from({ length: 30 }, (_, i) => COLOURS[i % 3]!));
    this.fallback = await packageDigest(join(files.path, 'package'));
    const server = `http://127.0.0.1:${PORTS.api}`;
    const state = join(disk.folder, 'state');
    const pictures = { kind: 'directory', path: 'pictures', loop: true, interval };
    const program = { kind: 'rpicam', width: 128, height: 64, frameRate: 10 };
    const config = await files.configure(this.brokerUrl, {
      ...{ device: name, state, server: { url: server }, sampling: 'off' },
      // On a busy machine twenty frames may take longer than the shortest that is allowed.
      updates: { probation: '20s', frames: 5, minFree: '0B' },
      health: { interval: '1s' },
      cameras: {
        cam0: {
          ...{ slot: 'main', source: isProgram ? program : pictures, decide: { mode: 'frame' } },
          noFrameTimeout: '3s',
        },
      },
    });
    const token = await this.api.enrolmentToken({}, SITE);
    const enrol = ['enrol', '--server', server, '--token', token, '--config', config];
    const { code } = await new AgentProcess(enrol).ended;
    if (code !== 0) throw new Error(`${name} is not enrolled`);
    const service = new Service({
      name,
      command: [
        ...[process.execPath, PROGRAMS.agent, 'run', '--supervised', '--safe-mode'],
        ...['--config', config],
      ],
      env: environmentOf(disk, clock),
      log: join(folder, `${name}.log`),
      ready: /"msg":"running"/,
    });
    return { name, service, disk, clock, folder: state };
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
        ...['--work', join(folder, 'trainer')],
      ],
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

/** Both of what is loaded before the C library. */
const environmentOf = (disk: Disk, clock: Clock): NodeJS.ProcessEnv => ({
  ...{ ...disk.env, ...clock.env },
  LD_PRELOAD: `${disk.env.LD_PRELOAD}:${clock.env.LD_PRELOAD}`,
});

/** A database with its log, beside it or back: only of a process that is down. */
export function copyDatabase(from: string, to: string): void {
  for (const side of ['', '-wal']) copyFileSync(from + side, to + side);
}
