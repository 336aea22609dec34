import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { edgeloop } from '../../stand/control-plane/edgeloop.ts';
import { COLOURS, type Colour, writeColourPackage } from '../../stand/models/colour-package.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(280_000);

const DEVICES = ['pi-1', 'pi-2', 'pi-3', 'pi-4'];
/** What each camera sees, over and over: mostly red. */
const SCENE: readonly Colour[] = Array.from({ length: 20 }, (_, i) =>
  i % 7 === 3 ? 'green' : i % 7 === 5 ? 'blue' : 'red',
);
/** Of a device, before and after: without so many nothing is judged. */
const FRAMES = 100;
const onFailure = 'roll back';
const UPDATED = { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure };
const CANARY = [
  UPDATED,
  { kind: 'minimum-reports', limit: 1, minimum: { devices: 1, frames: FRAMES }, onFailure },
  {
    kind: 'class-mix',
    measure: 'psi',
    limit: 0.25,
    alpha: 0.05,
    onFailure,
    minimum: { devices: 1, frames: FRAMES, controlDevices: 3 },
  },
];

interface Decision {
  readonly event: string;
  readonly by: string;
  readonly reason: string;
  readonly figures: unknown;
}

/**
 * The package with its classes under other names: the model is the same, and so are its golden
 * cases.
 */
async function namedPackage(folder: string, name: string, classes: readonly string[]) {
  await writeColourPackage(folder);
  const file = join(folder, MANIFEST_FILE);
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, name, classes }));
  return folder;
}

/** An enrolled agent over a camera that sees the scene. */
async function startAgent(t: Test, device: string, controlPlane: ControlPlaneProcess) {
  const server = `http://127.0.0.1:${controlPlane.apiPort}`;
  const folder = await AgentFolder.create();
  t.teardown(() => folder.remove());
  await folder.addPictures(SCENE);
  const config = await folder.configure(controlPlane.url, {
    device,
    server: { url: server },
    sampling: 'off',
    health: { interval: '400ms' },
    updates: { probation: '10s', minFree: '0B' },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'directory', path: 'pictures', loop: true, interval: '25ms' },
        decide: { mode: 'occurrence', updateInterval: '10s' },
      },
    },
  });
  const token = await controlPlane.enrolmentToken();
  const enrol = ['enrol', '--server', server, '--token', token, '--config', config];
  t.same((await new AgentProcess(enrol).ended).code, 0, `${device} is enrolled`);
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
}

/** A control plane with a task, and what a test asks of it. */
async function openFleet(t: Test) {
  const root = mkdtempSync(join(tmpdir(), 'edgeloop-bad-model-'));
  const controlPlane = new ControlPlaneProcess([
    ...['--data', join(root, 'data'), '--samples-mark', '0B', '--detections-mark', '0B'],
  ]);
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  await controlPlane.start();
  await controlPlane.post('/api/tasks', { task: 'main', classes: COLOURS });
  return {
    controlPlane,
    running: async (device: string): Promise<string> =>
      (await controlPlane.get(`/api/devices/${device}`)).reported.slots.main.model,
    push: async (name: string, classes: readonly string[]): Promise<string> => {
      const folder = await namedPackage(join(root, name), name, classes);
      const push = ['models', 'push', folder, '--task', 'main', '--json'];
      const { stdout, stderr } = await edgeloop(controlPlane, ...push);
      t.match(stdout, /"digest"/, stderr);
      return JSON.parse(stdout).digest;
    },
    rollOut: async (name: string, model: string) => {
      const { rollout } = await controlPlane.post('/api/rollouts', {
        name,
        cargo: { kind: 'model', task: 'main', slot: 'main', model },
        waves: [
          { size: { count: 1 }, bakeMillis: 6000, gates: CANARY },
          { size: { percent: 100 }, bakeMillis: 1000, gates: [UPDATED] },
        ],
      });
      const path = `/api/rollouts/${rollout}`;
      await until(async () => {
        const { state } = await controlPlane.get(path);
        return ['completed', 'rolled-back', 'paused', 'aborted'].includes(state);
      });
      const decisions: readonly Decision[] = (await controlPlane.get(`${path}/decisions`))
        .decisions;
      const { state, wave } = await controlPlane.get(path);
      return { state, wave, decisions };
    },
  };
}

t.test(
  'classes swapped: stopped in the canary and taken back by itself; a good model goes on',
  async (t) => {
    const { controlPlane, running, push, rollOut } = await openFleet(t);
    await Promise.all(DEVICES.map((device) => startAgent(t, device, controlPlane)));
    for (const device of DEVICES) {
      await until(async () => {
        const { health } = await controlPlane.get(`/api/devices/${device}`);
        return health?.cameras.cam0.classified > 2 * FRAMES;
      });
    }
    const before = await running('pi-1');

    const [red, green, blue] = COLOURS;
    const bad = await push('bad', [green, red, blue]);
    const stopped = await rollOut('bad', bad);
    t.match(stopped, { state: 'rolled-back', wave: 0 }, JSON.stringify(stopped.decisions));
    const back = stopped.decisions.find(({ event }) => event === 'roll-back');
    t.match(back, { by: 'gate:class-mix', reason: /./ });
    t.match(JSON.stringify(back?.figures), /"class-mix"/, 'with what it follows from');
    t.same(
      stopped.decisions.filter(({ by, event }) => by.startsWith('token:') && event !== 'create'),
      [],
      'nobody gave an order',
    );
    const ranIt = [];
    for (const device of DEVICES) {
      t.equal(await running(device), before, `${device} runs what it ran before`);
      const { runs } = await controlPlane.get(`/api/devices/${device}/runs`);
      if (runs.some(({ model }: { model: string }) => model === bad)) ranIt.push(device);
    }
    t.equal(ranIt.length, 1, 'only the canary ever ran it');

    const good = await push('good', COLOURS);
    const through = await rollOut('good', good);
    t.equal(through.state, 'completed', JSON.stringify(through.decisions));
    for (const device of DEVICES)
      t.equal(await running(device), good, `${device} runs the good one`);
    const { aliases } = await controlPlane.get(`/api/models/${good}`);
    t.same(aliases, ['champion']);
  },
);
