import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SITE } from './membership.ts';

/** A camera of the demonstration. */
export interface DeviceSpec {
  readonly device: string;
  readonly seed: number;
  readonly lighting: 'standard' | 'dusk';
}

/** The last has light that the labelled set lacks. */
export const DEVICES: readonly DeviceSpec[] = [
  { device: 'line-1', seed: 101, lighting: 'standard' },
  { device: 'line-2', seed: 202, lighting: 'standard' },
  { device: 'line-3', seed: 303, lighting: 'dusk' },
];

export interface DeviceFiles {
  readonly config: string;
  readonly log: string;
  /** What it keeps: its outbox, its key, its credential. */
  readonly state: string;
}

/** What every device looks like to whoever configures one by hand. */
export async function configureDevice(
  data: string,
  { device, seed, lighting }: DeviceSpec,
  run: {
    readonly package: string;
    readonly mqttPort: number;
    readonly port: number;
    readonly frames: number | null;
  },
): Promise<DeviceFiles> {
  const folder = join(data, 'devices', device);
  await mkdir(folder, { recursive: true });
  const source = { kind: 'synthetic', seed, lighting };
  const once = { ...source, frames: run.frames, pace: 'every' };
  const config = {
    site: SITE,
    device,
    state: './state',
    broker: { url: `mqtt://127.0.0.1:${run.mqttPort}` },
    ...(run.frames === null && { server: { url: `http://127.0.0.1:${run.port}` } }),
    slots: { main: { package: run.package } },
    cameras: {
      cam0:
        run.frames === null
          ? {
              slot: 'main',
              source: { ...source, interval: '200ms' },
              decide: { mode: 'occurrence', background: ['empty', 'good'] },
            }
          : { slot: 'main', source: once, decide: { mode: 'frame' } },
    },
    health: { interval: run.frames === null ? '10s' : '500ms' },
    http: 'off',
  };
  const file = join(folder, 'agent.yaml');
  // JSON is YAML.
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
  return { config: file, log: join(folder, 'agent.log'), state: join(folder, 'state') };
}
