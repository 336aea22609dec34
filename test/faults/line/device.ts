import { join } from 'node:path';
import { packageDigest } from '@edgeloop/onnx';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { COLOURS } from '../../stand/models/colour-package.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { Clock } from './clock.ts';
import { Disk } from './disk.ts';
import { Service } from './service.ts';

/** One device: its agent, its disk, its clock. */
export interface Device {
  readonly name: string;
  readonly service: Service;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Of its state. */
  readonly folder: string;
  /** Digest of the package that its agent.yaml names. */
  readonly fallback: string;
}

export interface DeviceOptions {
  readonly name: string;
  readonly site: string;
  /** Its files are below it. */
  readonly folder: string;
  readonly shim: string;
  readonly api: ControlPlaneProcess;
  readonly brokerUrl: string;
  /** Its camera is a program; else pictures in a folder. */
  readonly isProgram: boolean;
  /** Between two pictures. */
  readonly interval: string;
}

/** Enrolled, and not started yet. */
export async function createDevice(options: DeviceOptions): Promise<Device> {
  const { name, site, folder, shim, api } = options;
  const disk = new Disk(join(folder, name), '24m', shim);
  const clock = new Clock(join(folder, `${name}.clock`));
  const files = await AgentFolder.create();
  await files.addPictures(Array.from({ length: 30 }, (_, i) => COLOURS[i % 3]!));
  const state = join(disk.folder, 'state');
  const server = `http://127.0.0.1:${api.apiPort}`;
  const config = await files.configure(options.brokerUrl, {
    site,
    device: name,
    state,
    server: { url: server },
    sampling: 'off',
    // On a busy machine a camera that is a program begins late, and frames come slowly.
    updates: { probation: '40s', frames: 3, minFree: '0B' },
    health: { interval: '1s' },
    cameras: {
      cam0: {
        slot: 'main',
        source: sourceOf(options),
        decide: { mode: 'frame' },
        noFrameTimeout: '10s',
      },
    },
  });
  const token = await api.enrolmentToken({}, site);
  const enrol = ['enrol', '--server', server, '--token', token, '--config', config];
  const { code } = await new AgentProcess(enrol).ended;
  if (code !== 0) throw new Error(`${name} is not enrolled`);
  const service = new Service({
    name,
    // As its unit has it.
    command: [
      ...[process.execPath, PROGRAMS.agent, 'run', '--supervised', '--safe-mode'],
      ...['--config', config],
    ],
    env: environmentOf(disk, clock),
    log: join(folder, `${name}.log`),
    ready: /"msg":"running"/,
  });
  const fallback = await packageDigest(join(files.path, 'package'));
  return { name, service, disk, clock, folder: state, fallback };
}

const sourceOf = ({ isProgram, interval }: DeviceOptions) =>
  isProgram
    ? { kind: 'rpicam', width: 128, height: 64, frameRate: 10 }
    : { kind: 'directory', path: 'pictures', loop: true, interval };

/** Both of what is loaded before the C library. */
export const environmentOf = (disk: Disk, clock: Clock): NodeJS.ProcessEnv => ({
  ...disk.env,
  ...clock.env,
  LD_PRELOAD: `${disk.env.LD_PRELOAD}:${clock.env.LD_PRELOAD}`,
});
