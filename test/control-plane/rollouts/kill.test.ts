import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { notLong } from '../../stand/long.ts';
import { configOf } from './stand/config-of.ts';
import { NEW, OLD } from './stand/models.ts';
import { fleetFolder, planOf, RunningFleet } from './stand/running-fleet.ts';
import { FAILS, GOOD, type Script } from './stand/scripted-device.ts';

const PROGRAM = fileURLToPath(new URL('./stand/killed-control-plane.mjs', import.meta.url));

/**
 * A control plane that dies at each point of a kind, and is started again each time on the same
 * ports.
 */
class DyingControlPlane {
  readonly #folder: string;
  readonly #file: string;
  readonly #kind: string;
  #child: ReturnType<typeof fork> | null = null;
  #ended = false;
  starts = 0;
  api = 0;
  mqtt = 0;

  constructor(folder: string, kind: string) {
    this.#folder = folder;
    this.#file = join(folder, 'points');
    this.#kind = kind;
  }

  /** At how many points it has died. */
  get points(): number {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8').trim().split('\n').length : 0;
  }

  async start(): Promise<void> {
    const config = JSON.stringify(configOf(this.#folder, this.api, this.mqtt));
    const child = fork(PROGRAM, [config, this.#file, this.#kind], {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.starts += 1;
    child.once('exit', () => {
      if (!this.#ended) void this.start();
    });
    const lines = createInterface({ input: child.stdout! });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => null)]);
    if (line === null) return;
    const { api, mqtt } = JSON.parse(line[0] as string);
    this.api = api;
    this.mqtt = mqtt;
  }

  async close(): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
}

const NAMES = ['a', 'b', 'c'];
/** For hangs alone: a process that starts again takes its time. */
const PATIENCE = 240_000;
/** The same devices are in the same waves each time. */
const ROLLOUT = '00000000-0000-4000-8000-000000000001';

interface Scenario {
  /** Of those that are not in the first wave. */
  readonly later: Script;
  /** Once it has completed, a person takes it back. */
  readonly backByHand: boolean;
}

/** One rollout from its beginning to its end, and what became of it. */
async function rollOut(fleet: RunningFleet, { later, backByHand }: Scenario) {
  const plan = { ...planOf({ waves, start: 'by hand' }), rollout: ROLLOUT };
  const devices = await fleet.join(NAMES, GOOD, PATIENCE);
  const preview = await asked(fleet, '/api/rollouts/preview', plan);
  const canaries: string[] = preview.waves[0].names;
  for (const device of devices) {
    if (!canaries.includes(device.address.device)) device.script = later;
  }
  await asked(fleet, '/api/rollouts', plan);
  await asked(fleet, `/api/rollouts/${ROLLOUT}/start`);
  const path = `/api/rollouts/${ROLLOUT}`;
  if (backByHand) {
    await fleet.until(path, ({ state }) => state === 'completed', PATIENCE);
    await asked(fleet, `${path}/roll-back`);
  }
  const ended = ({ state }: { state: string }) => state === 'rolled-back';
  const { state, progress } = await fleet.until(path, ended, PATIENCE);
  const page = await fleet.until(`${path}/devices`, ({ devices: all }) => all, PATIENCE);
  return {
    state,
    progress,
    decided: await fleet.decided(ROLLOUT),
    states: page.devices.map((it: Record<string, unknown>) => [
      ...[it.device, it.state, it.generation, it.attempts],
    ]),
    ran: devices.map(({ ran }) => ran),
    generations: devices.map(({ generations }) => generations),
  };
}

/** What a dying process did not answer is asked again; done already is done, too. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
async function asked(fleet: RunningFleet, path: string, body?: object): Promise<any> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const answer = await fleet.call('POST', path, body).catch(() => null);
    if (answer && (answer.status < 400 || answer.status === 409)) return answer;
    await delay(50);
  }
  throw new Error(`${path}: nobody answers`);
}

async function rollOutWithKills(t: Test, kind: string, scenario: Scenario) {
  const folder = await fleetFolder(t);
  const controlPlane = new DyingControlPlane(folder, kind);
  await controlPlane.start();
  const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
  const { api, mqtt } = controlPlane;
  const fleet = new RunningFleet(`http://127.0.0.1:${api}`, `mqtt://127.0.0.1:${mqtt}`, token);
  t.teardown(async () => {
    await fleet.close();
    await controlPlane.close();
  });
  const outcome = await rollOut(fleet, scenario);
  return { outcome, points: controlPlane.points, starts: controlPlane.starts };
}

const waves = planOf().waves.map((wave) => ({ ...wave, deadlineMillis: 600_000 }));

const SCENARIOS: readonly [string, Scenario][] = [
  ['completes, and is taken back', { later: GOOD, backByHand: true }],
  ['comes back by itself', { later: FAILS, backByHand: false }],
];
/**
 * Right after each commit and before it is told; `npm run test:long`: where reports are stored,
 * where devices are told, and at all of these.
 */
const KINDS = notLong ? ['committed'] : ['committed', 'heard', 'telling', ''];

for (const [name, scenario] of notLong ? SCENARIOS.slice(0, 1) : SCENARIOS) {
  for (const kind of KINDS) {
    t.test(
      `a rollout that ${name}, killed at each point ${kind}, is as without a kill`,
      async (t) => {
        const expected = await rollOut(await RunningFleet.start(t), scenario);
        t.ok(expected.ran.every((ran) => ran.at(-1) === OLD));
        t.ok(expected.ran.some((ran) => ran.includes(NEW)));
        const { outcome, points, starts } = await rollOutWithKills(t, kind, scenario);
        t.same(outcome, expected, `after ${points} kills`);
        t.ok(points >= 3, `${points} distinct points`);
        t.equal(starts, points + 1, 'started once for each kill');
      },
    );
  }
}
