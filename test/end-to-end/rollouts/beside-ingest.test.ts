import { setTimeout as delay } from 'node:timers/promises';
import type { Sha256 } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import type { Engine } from '../../control-plane/stand/separated/engine.ts';
import { ENGINES } from '../../control-plane/stand/separated/engines.ts';
import { SeparatedControlPlane } from '../../control-plane/stand/separated/separated-control-plane.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { COLOUR_TASK, pushColourModels } from '../../stand/control-plane/push-colour-models.ts';
import { startSimulatedFleet } from '../../stand/fleet/start-simulated-fleet.ts';
import { notLong } from '../../stand/long.ts';
import { until } from '../../stand/until.ts';
import { type Decision, get } from './stand/answers.ts';

t.setTimeout(240_000);

const DEVICES = 6;
const SITE = 'works';
const SLOT = 'main';
const FLEET = {
  slot: SLOT,
  runs: 'champion',
  health: { interval: '400ms', frames: 150 },
  update: { probation: '300ms' },
  behaviours: [{ when: { runs: 'slow' }, does: { slow: 3 } }],
};
const onFailure = 'roll back';
/**
 * What is asked of updates, and what of health: of each device of the canary, compared with those
 * that are not in it.
 */
const GATES = [
  { kind: 'update-success', limit: 1, minimum: { devices: 2 }, onFailure },
  { kind: 'minimum-reports', limit: 1, minimum: { devices: 2, frames: 300 }, onFailure },
  { kind: 'latency', ratio: 1.5, minimum: { devices: 2, frames: 300 }, onFailure },
];

/** A model to the whole site, two devices first. @returns its id */
async function rollOut(
  api: ControlPlaneProcess,
  model: Sha256 | undefined,
  bakeMillis = 3000,
): Promise<string> {
  const { rollout } = await api.post('/api/rollouts', {
    cargo: { kind: 'model', task: COLOUR_TASK, slot: SLOT, model },
    target: { sites: [SITE] },
    waves: [
      { size: { count: 2 }, bakeMillis, gates: GATES },
      { size: { percent: 100 }, bakeMillis: 100, gates: GATES.slice(0, 1) },
    ],
  });
  return rollout;
}

async function ended(api: ControlPlaneProcess, rollout: string) {
  const path = `/api/rollouts/${rollout}`;
  await until(async () => /^(completed|rolled-back|paused)$/.test((await get(api, path)).state));
  const { state, wave, progress } = await get(api, path);
  const decided: { decisions: Decision[] } = await get(api, `${path}/decisions`);
  return { state, wave, progress, decisions: decided.decisions };
}

/** What each device says it runs, in any order. */
async function running(api: ControlPlaneProcess): Promise<string[]> {
  const { devices } = await get(api, `/api/devices?site=${SITE}`);
  const each = devices.map(async ({ device }: { device: string }) => {
    const { reported } = await get(api, `/api/devices/${device}`);
    return reported?.slots[SLOT]?.model;
  });
  return Promise.all(each);
}

async function rollOutBesideIngest(t: Test, engine: Engine): Promise<void> {
  const line = await SeparatedControlPlane.start(t, engine);
  const { api } = line;
  const models = await pushColourModels(api, ['champion', 'candidate', 'slow', 'next']);
  await startSimulatedFleet(t, api, { site: SITE, devices: DEVICES, scenario: FLEET, models });
  const allRun = (name: string) =>
    until(async () => {
      const all = await running(api);
      return all.length === DEVICES && all.every((model) => model === models[name]);
    });
  await allRun('champion');
  // What a wave is compared with.
  await delay(2000);

  await t.test('what devices report and measure lets it go on', async (t) => {
    const done = await ended(api, await rollOut(api, models.candidate));
    t.match(done, { state: 'completed', wave: 1 }, JSON.stringify(done.decisions));
    t.match(done.progress, [{ devices: { done: 2 } }, { devices: { done: 4 } }]);
    const advanced = done.decisions.find(({ event }) => event === 'advance');
    t.match(
      advanced?.figures.gates?.map(({ gate, outcome }) => `${gate.kind} ${outcome}`),
      ['update-success passed', 'minimum-reports passed', 'latency passed'],
    );
    await allRun('candidate');
  });

  await t.test('or takes it back', async (t) => {
    const back = await ended(api, await rollOut(api, models.slow));
    t.match(back, { state: 'rolled-back', wave: 0 }, JSON.stringify(back.decisions));
    t.equal(back.decisions.find(({ event }) => event === 'roll-back')?.by, 'gate:latency');
    await allRun('candidate');
  });

  await t.test(
    'a standby that takes over meanwhile is no silence',
    { skip: notLong },
    async (t) => {
      const rollout = await rollOut(api, models.next, 15_000);
      await until(async () => (await get(api, `/api/rollouts/${rollout}`)).state === 'baking');
      await line.holder.kill('SIGKILL');
      await line.takenOver();
      const done = await ended(api, rollout);
      t.match(done, { state: 'completed', wave: 1 }, JSON.stringify(done.decisions));
      await allRun('next');
    },
  );

  await t.test('nor is an API that was away', { skip: notLong }, async (t) => {
    const rollout = await rollOut(api, models.champion);
    await until(async () => (await get(api, `/api/rollouts/${rollout}`)).state === 'rolling');
    await api.kill('SIGKILL');
    await delay(2000);
    await api.start();
    const done = await ended(api, rollout);
    t.match(done, { state: 'completed', wave: 1 }, JSON.stringify(done.decisions));
    await allRun('champion');
  });
}

for (const { name, missing, open } of ENGINES) {
  const skip = missing || notLong;
  t.test(`a rollout beside processes that ingest, on ${name}`, { skip }, async (t) =>
    rollOutBesideIngest(t, await open(t)),
  );
}
