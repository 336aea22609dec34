import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import type { Test } from 'tap';
import { ControlPlane } from '../../../../control-plane/src/control-plane.ts';
import { openStores } from '../../../../control-plane/src/database/open-stores.ts';
import { openForWriting } from '../../../../control-plane/src/store/open-database.ts';
import { configOf } from './config-of.ts';
import { NEW, registerModels, TASK } from './models.ts';
import { type Script, ScriptedDevice } from './scripted-device.ts';

/** A folder with three registered models; gone with the test. */
export async function fleetFolder(t: Pick<Test, 'teardown'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rollouts-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await writeModels(folder);
  return folder;
}

/** Three registered models in a folder that no control plane has begun in. */
export async function writeModels(folder: string): Promise<void> {
  openForWriting(folder).close();
  const database = openStores(folder);
  await registerModels(database);
  await database.destroy();
}

/** A control plane with its broker, and devices that it does not know from others. */
export class RunningFleet {
  readonly api: string;
  readonly mqtt: string;
  readonly token: string;
  readonly devices: ScriptedDevice[] = [];

  constructor(api: string, mqtt: string, token: string) {
    this.api = api;
    this.mqtt = mqtt;
    this.token = token;
  }

  static async start(t: Pick<Test, 'teardown'>, checkpoint = (_key: string) => {}) {
    const folder = await fleetFolder(t);
    const controlPlane = new ControlPlane(configOf(folder), {
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      version: '1',
      now: () => epochMillis(Date.now()),
      random: Math.random,
      clientId: 'control-plane',
      checkpoint,
    });
    const ready = await controlPlane.start();
    const token = (await readFile(ready.tokenFile as string, 'utf8')).trim();
    const fleet = new RunningFleet(
      `http://127.0.0.1:${ready.api}`,
      `mqtt://127.0.0.1:${ready.broker?.mqtt}`,
      token,
    );
    t.teardown(async () => {
      await fleet.close();
      await controlPlane.close();
    });
    return fleet;
  }

  /** Its devices leave. */
  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()));
  }

  /** Connects so many devices, and waits until each has said what it runs. */
  async join(
    names: readonly string[],
    script?: Script,
    patience?: number,
  ): Promise<ScriptedDevice[]> {
    const joined = names.map(
      (device) => new ScriptedDevice({ url: this.mqtt, device, ...(script && { script }) }),
    );
    for (const device of joined) device.start();
    this.devices.push(...joined);
    for (const device of names) {
      await this.until(`/api/devices/${device}`, ({ reported }) => reported, patience);
    }
    return joined;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async call(method: string, path: string, body?: object, headers = {}): Promise<any> {
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async until(path: string, is: (answer: any) => unknown, millis = 90_000): Promise<any> {
    for (const end = Date.now() + millis; ; ) {
      const answer = await this.call('GET', path).catch(() => null);
      if (answer && is(answer)) return answer;
      if (Date.now() > end) throw new Error(`${path} stays ${JSON.stringify(answer)}`);
      await delay(20);
    }
  }

  /** When it has come into one of these states. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  settled(rollout: string, ...states: string[]): Promise<any> {
    return this.until(`/api/rollouts/${rollout}`, ({ state }) => states.includes(state));
  }

  /** A rollout to these devices alone, of which nothing becomes the champion. */
  async begin(devices: readonly string[], more: object = {}): Promise<string> {
    const plan = { ...planOf({ target: { devices }, champion: false }), ...more };
    const { rollout, detail } = await this.call('POST', '/api/rollouts', plan);
    if (!rollout) throw new Error(detail);
    return rollout;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  order(rollout: string, name: string): Promise<any> {
    return this.call('POST', `/api/rollouts/${rollout}/${name}`);
  }

  /** Of each of its devices: where it is, and how that came out. */
  async statesOf(rollout: string): Promise<Record<string, string>> {
    const { devices } = await this.call('GET', `/api/rollouts/${rollout}/devices`);
    return Object.fromEntries(
      devices.map((it: Record<string, string>) => [it.device, `${it.state} ${it.outcome}`]),
    );
  }

  /** The events of what was decided, notes of batches aside. */
  async decided(rollout: string): Promise<string[]> {
    const { decisions } = await this.call('GET', `/api/rollouts/${rollout}/decisions?limit=1000`);
    return decisions.map(
      ({ event, by, to, wave }: Record<string, unknown>) =>
        `${event} by ${String(by).replace(/:[0-9a-f-]{36}/, '')} -> ${to} ${wave}`,
    );
  }
}

/** The update itself is all that is looked at. */
export const UPDATE_GATES = [
  { kind: 'update-success', limit: 0.9, minimum: { devices: 1 }, onFailure: 'roll back' },
];

/** The waves of a plan: everybody at once, with time enough; `more` holds over it. */
export const oneWave = (more: object = {}) => [
  { size: { percent: 100 }, bakeMillis: 50, deadlineMillis: 600_000, gates: UPDATE_GATES, ...more },
];

/** A rollout of the new model, quick; `more` holds over it. */
export const planOf = (more: object = {}) => ({
  cargo: { kind: 'model', task: TASK, slot: 'main', model: NEW },
  waves: [
    { size: { count: 1 }, bakeMillis: 50, deadlineMillis: 5000, gates: UPDATE_GATES },
    { size: { percent: 100 }, bakeMillis: 50, deadlineMillis: 5000, gates: UPDATE_GATES },
  ],
  ...more,
});
