import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ChildProcess, childModule } from '@edgeloop/onnx';
import { ControlPlaneProcess } from '../../test/stand/control-plane/control-plane-process.ts';
import { type BenchResult, median } from '../measure.ts';
import { residentMemory } from '../pipeline/resident-memory.ts';
import { enrolDevices } from './enrol-devices.ts';
import type { LoadAnswer, LoadedDevice, LoadRequest } from './load-messages.ts';

const DEVICES = 1_000;
const ROUNDS = 2;
const SECONDS = 6;

/**
 * Results a second that a control plane accepts, stores and confirms to 1,000 devices, against
 * those that bare aedes takes of the same devices and hands to one subscriber; their age when their
 * device knows them to be stored, at half of that; and the memory of 10,000 connections that say
 * nothing. Broker and load are processes of their own.
 */
export async function benchIngest({ devices: idle }: { devices: number }): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-bench-ingest-'));
  const controlPlane = new ControlPlaneProcess(['--data', folder]);
  const bare = new ChildProcess(childModule('bare-broker-child', import.meta.url));
  const load = new ChildProcess(childModule('load-child', import.meta.url));
  const ask = (request: LoadRequest) => load.request(request) as Promise<LoadAnswer>;
  try {
    await controlPlane.start();
    bare.start();
    load.start();
    const devices = await enrolDevices(controlPlane, 'load', DEVICES);
    const named = devices.map(
      ({ login: { clientId }, prefix }): LoadedDevice => ({ login: { clientId }, prefix }),
    );
    const barePort = (await bare.request(null)) as number;
    await ask({ kind: 'connect', fleet: 'bare', port: barePort, devices: named });
    const port = controlPlane.mqttPort;
    await ask({ kind: 'connect', fleet: 'control plane', port, devices });
    const rounds: { bare: LoadAnswer; stored: LoadAnswer }[] = [];
    // Side by side within a round: a busy machine slows both.
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        bare: await ask({ kind: 'full', fleet: 'bare', seconds: SECONDS }),
        stored: await ask({ kind: 'full', fleet: 'control plane', seconds: SECONDS }),
      });
    }
    const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
    const storedRate = of(({ stored }) => stored.confirmed);
    const rate = Math.round(storedRate / 2);
    const { age } = await ask({
      kind: 'paced',
      fleet: 'control plane',
      seconds: 2 * SECONDS,
      rate,
    });
    const idleBytes = await idleConnections(controlPlane, idle, ask);
    const busy = residentMemory(controlPlane.pid).once;
    return {
      bench: 'ingest',
      figures: [
        {
          devices: DEVICES,
          storedPerSecond: Math.round(storedRate),
          bareHeardPerSecond: Math.round(of(({ bare }) => bare.heard)),
          bareTakenPerSecond: Math.round(of(({ bare }) => bare.confirmed)),
          ofTaken: of(({ bare, stored }) => stored.confirmed / bare.confirmed),
        },
        {
          perSecond: rate,
          medianAgeMillis: age.median,
          p99AgeMillis: age.p99,
          mostMillis: age.most,
        },
        { idleConnections: idle, bytesEach: Math.round(idleBytes), controlPlaneMB: busy / 1e6 },
      ],
      bounds: [
        {
          name: 'stored / moved by bare aedes',
          value: of(({ bare, stored }) => stored.confirmed / bare.heard),
          least: 0.7,
        },
        { name: 'bytes a connection', value: idleBytes, most: 75_000 },
      ],
    };
  } finally {
    await load.close();
    await bare.close();
    await controlPlane.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Memory that the control plane takes more for each connection of an enrolled device, when all of
 * them are there. It starts anew before: room that other work has left would hold them without a
 * sign.
 */
async function idleConnections(
  controlPlane: ControlPlaneProcess,
  count: number,
  ask: (request: LoadRequest) => Promise<unknown>,
): Promise<number> {
  const devices = await enrolDevices(controlPlane, 'idle', count);
  await controlPlane.kill('SIGTERM');
  await controlPlane.start();
  const resting = () => settled(() => residentMemory(controlPlane.pid).once);
  const before = await resting();
  await ask({ kind: 'idle', port: controlPlane.mqttPort, devices });
  return ((await resting()) - before) / count;
}

/** The least of some seconds: garbage of what was before has time to go. */
async function settled(read: () => number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 15; second++) {
    await delay(1_000);
    least = Math.min(least, read());
  }
  return least;
}
