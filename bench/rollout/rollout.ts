import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../../control-plane/src/cli/client/api-client.ts';
import { pushPackage } from '../../control-plane/src/cli/models/push-package.ts';
import type { RolloutView } from '../../control-plane/src/resources/rollout.ts';
import { ControlPlaneProcess } from '../../test/stand/control-plane/control-plane-process.ts';
import { writeColourPackage } from '../../test/stand/models/colour-package.ts';
import type { BenchResult } from '../measure.ts';
import { FleetProcess } from './fleet-process.ts';
import { processUsage } from './process-usage.ts';
import { standInModel } from './stand-in-model.ts';

const PACKAGE_BYTES = 64 * 1024;
const TASK = 'stand-in';
const SITE = 'works';
const BAKE_MILLIS = 35_000;
/**
 * Devices tell of their health as often as agents do where nothing else is said: once within a
 * bake.
 */
const SCENARIO = {
  health: { interval: '30s', frames: 60 },
  update: { probation: '2s' },
};
const GATES = [
  { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure: 'pause' },
  { kind: 'update-errors', limit: 0, minimum: { devices: 1 }, onFailure: 'pause' },
  { kind: 'minimum-reports', limit: 0.9, minimum: { devices: 1, frames: 50 }, onFailure: 'pause' },
  { kind: 'latency', ratio: 1.5, minimum: { devices: 1, frames: 100 }, onFailure: 'pause' },
];
const WAVES = [{ percent: 1 }, { percent: 20 }, { percent: 100 }];
const ENDED = new Set(['completed', 'paused', 'aborted', 'rolled-back']);

/**
 * A rollout in three waves to so many simulated devices: seconds, memory and messages of a control
 * plane and of the simulator, each a process of its own, and how many devices were left behind.
 * Each device enrols, connects, downloads the whole package by HTTP and checks it.
 */
export async function benchRollout({ devices }: { devices: number }): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-bench-rollout-'));
  const controlPlane = new ControlPlaneProcess([
    ...['--data', join(folder, 'data'), '--log-level', 'error'],
  ]);
  let fleet: FleetProcess | null = null;
  try {
    await controlPlane.start();
    const server = `http://127.0.0.1:${controlPlane.apiPort}`;
    const model = await register(server, controlPlane.token, join(folder, 'package'));
    const token = await controlPlane.enrolmentToken({ uses: devices }, SITE);
    const scenario = join(folder, 'scenario.json');
    writeFileSync(scenario, JSON.stringify(SCENARIO));
    fleet = new FleetProcess([
      ...['--devices', String(devices), '--scenario', scenario, '--report', '1s'],
      ...['--server', server, '--enrol-token', token],
    ]);
    const ready = await fleet.until((line) => line.ready === true);
    // Each has told of its health once by then: what the waves are compared with.
    await delay(BAKE_MILLIS);
    const idle = usage(controlPlane, fleet);
    const before = await fleet.until(() => true);
    const begun = performance.now();
    const { rollout } = await controlPlane.post('/api/rollouts', plan(model));
    const view = await ended(controlPlane, rollout);
    const seconds = (performance.now() - begun) / 1000;
    const { said, heard } = await fleet.until(() => true);
    const busy = usage(controlPlane, fleet);
    const done = view.progress.reduce((sum, { devices: { done = 0 } }) => sum + done, 0);
    return {
      bench: 'rollout',
      figures: [
        {
          devices,
          state: view.state,
          done,
          packageBytes: PACKAGE_BYTES,
          connectSeconds: round(ready.seconds),
          rolloutSeconds: round(seconds),
          ofThemBakes: (WAVES.length * BAKE_MILLIS) / 1000,
          messagesSaid: said - before.said,
          messagesHeard: heard - before.heard,
          controlPlanePeakMiB: busy.controlPlane.peakMiB,
          controlPlaneCpuSeconds: round(
            busy.controlPlane.cpuSeconds - idle.controlPlane.cpuSeconds,
          ),
          simulatorPeakMiB: busy.fleet.peakMiB,
          simulatorCpuSeconds: round(busy.fleet.cpuSeconds - idle.fleet.cpuSeconds),
        },
      ],
      bounds: [{ name: 'devices left behind', value: devices - done, most: 0 }],
    };
  } finally {
    fleet?.kill();
    await controlPlane.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function register(server: string, token: string, folder: string): Promise<string> {
  const directory = await writeColourPackage(folder, standInModel(PACKAGE_BYTES));
  const client = new ApiClient({ server, token });
  await client.askJson('POST /api/tasks', { json: { task: TASK } });
  const { digest, state, refusal } = await pushPackage(client, {
    directory,
    task: TASK,
    parent: null,
    onFile: () => {},
  });
  if (state !== 'registered') throw new Error(`the package is ${state}: ${refusal?.message}`);
  return digest;
}

const plan = (model: string) => ({
  cargo: { kind: 'model', task: TASK, slot: 'main', model },
  target: { sites: [SITE] },
  champion: false,
  waves: WAVES.map((size) => ({ size, bakeMillis: BAKE_MILLIS, gates: GATES })),
});

async function ended(controlPlane: ControlPlaneProcess, rollout: string): Promise<RolloutView> {
  for (;;) {
    const view: RolloutView = await controlPlane.get(`/api/rollouts/${rollout}`);
    if (ENDED.has(view.state)) return view;
    await delay(500);
  }
}

const usage = (controlPlane: ControlPlaneProcess, fleet: FleetProcess) => ({
  controlPlane: processUsage(controlPlane.pid),
  fleet: processUsage(fleet.pid),
});

const round = (value: number) => Math.round(value * 10) / 10;
