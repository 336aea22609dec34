import t from 'tap';
import { NEW, OLD, TASK } from './stand/models.ts';
import { oneWave, planOf, RunningFleet, UPDATE_GATES } from './stand/running-fleet.ts';
import { FAILS, GOOD, HANGS, REVERTS, SILENT } from './stand/scripted-device.ts';

const fleet = await RunningFleet.start(t);

t.test('a model goes out in waves, and is the champion then', async (t) => {
  const names = ['w1', 'w2', 'w3', 'w4'];
  const devices = await fleet.join(names);
  const plan = planOf({ target: { devices: names } });
  const preview = await fleet.call('POST', '/api/rollouts/preview', plan);
  t.same(
    preview.waves.map((wave: { devices: number }) => wave.devices),
    [1, 3],
  );
  const asked = { ...plan, rollout: preview.rollout };
  const { rollout, status } = await fleet.call('POST', '/api/rollouts', asked);
  t.equal(status, 201);
  const done = await fleet.settled(rollout, 'completed');
  t.same(done.progress, [
    { wave: 0, devices: { done: 1 } },
    { wave: 1, devices: { done: 3 } },
  ]);
  t.ok(devices.every(({ model }) => model === NEW));
  t.same(await fleet.decided(rollout), [
    'create by token:first -> scheduled 0',
    'begin by engine -> rolling 0',
    'tell by engine -> rolling 0',
    'bake by engine -> baking 0',
    'advance by engine -> rolling 1',
    'tell by engine -> rolling 1',
    'bake by engine -> baking 1',
    'complete by engine -> completed 1',
  ]);
  const canary = await fleet.call('GET', `/api/rollouts/${rollout}/devices?wave=0`);
  t.same(
    canary.devices.map((it: { device: string }) => it.device),
    preview.waves[0].names,
    'the wave that the preview told',
  );
  const task = await fleet.call('GET', `/api/tasks/${TASK}`);
  t.match(task.aliases, [{ alias: 'champion', digest: NEW, setBy: `rollout:${rollout}` }]);
  const { stages } = await fleet.call('GET', `/api/rollouts/${rollout}/gates`);
  t.match(stages, [
    { wave: 0, judged: 'then', gates: [{ outcome: 'passed', reading: { measured: 1 } }] },
    { wave: 1, judged: 'then', gates: [{ reading: { reports: 3, needed: 3 } }] },
  ]);
  const { waves } = await fleet.call('GET', `/api/rollouts/${rollout}/device-states`);
  t.same(waves, [
    { wave: 0, states: { done: preview.waves[0].names } },
    { wave: 1, states: { done: preview.waves[1].names.toSorted() } },
  ]);
  const { orders } = await fleet.call('GET', `/api/rollouts/${rollout}/orders`);
  t.match(orders, [{ order: 'roll-back', devices: 4, effect: /^4 devices go back/ }]);
  t.match(done.decided, { event: 'complete', by: 'engine', reason: 'Its gate passed.' });
  const { assignments } = await fleet.call('GET', '/api/devices/w1/assignments');
  t.match(assignments, [{ slot: 'main', as: 'active', generation: 1, model: NEW, rollout }]);
  t.not(assignments[0].takenAt, null);

  // A person finds that it was a mistake after all.
  t.match(await fleet.order(rollout, 'roll-back'), { state: 'rolling-back' });
  await fleet.settled(rollout, 'rolled-back');
  t.ok(devices.every(({ model }) => model === OLD));
  t.same(
    devices.map(({ generations }) => generations),
    names.map(() => [1, 2]),
    'back by a higher generation',
  );
});

t.test('a canary that fails takes the rollout back, and nobody else is told', async (t) => {
  const devices = await fleet.join(['f1', 'f2', 'f3'], FAILS);
  const rollout = await fleet.begin(['f1', 'f2', 'f3']);
  const back = await fleet.settled(rollout, 'rolled-back');
  t.same(back.progress, [
    { wave: 0, devices: { 'rolled-back': 1 } },
    { wave: 1, devices: { skipped: 2 } },
  ]);
  t.ok(devices.every(({ model }) => model === OLD));
  t.equal(devices.filter(({ generations }) => generations.length > 0).length, 1);
  const decided = await fleet.call('GET', `/api/rollouts/${rollout}/decisions`);
  const stop = decided.decisions.find((it: { event: string }) => it.event === 'roll-back');
  t.equal(stop.by, 'gate:update-success');
  t.match(stop.figures, { updates: { committed: 0, failed: 1 }, gates: [{ outcome: 'failed' }] });
});

t.test('a second wave that reverts takes back the first, too', async (t) => {
  const names = ['r1', 'r2', 'r3'];
  const devices = await fleet.join(names, REVERTS);
  const { waves } = await fleet.call('POST', '/api/rollouts/preview', {
    ...planOf({ target: { devices: names } }),
    rollout: '00000000-0000-4000-8000-00000000000a',
  });
  const canary = devices.find(({ address }) => waves[0].names.includes(address.device));
  if (canary) canary.script = GOOD;
  const rollout = await fleet.begin(names, { rollout: '00000000-0000-4000-8000-00000000000a' });
  await fleet.settled(rollout, 'rolled-back');
  t.ok(devices.every(({ model }) => model === OLD));
  t.same(canary?.ran, [OLD, NEW, OLD]);
});

t.test('a gate that pauses waits for a person, who may let it go on', async (t) => {
  await fleet.join(['p1', 'p2'], FAILS);
  const pauses = UPDATE_GATES.map((gate) => ({ ...gate, onFailure: 'pause' }));
  const rollout = await fleet.begin(['p1', 'p2'], { waves: oneWave({ gates: pauses }) });
  const paused = await fleet.settled(rollout, 'paused');
  t.match(paused.reason, /%|of/);
  // What failed is tried again, and does it.
  for (const device of fleet.devices) {
    if (device.address.device.startsWith('p')) device.script = GOOD;
  }
  t.match(await fleet.order(rollout, 'retry'), { state: 'paused', pausedFrom: 'rolling' });
  t.match(await fleet.order(rollout, 'resume'), { state: 'rolling' });
  await fleet.settled(rollout, 'completed');
  const { devices } = await fleet.call('GET', `/api/rollouts/${rollout}/devices`);
  t.match(devices, [{ state: 'done', attempts: 2, generation: 2, before: OLD }, {}]);
});

t.test('a person promotes what a gate paused: it is written down who', async (t) => {
  await fleet.join(['q1'], FAILS);
  const pauses = UPDATE_GATES.map((gate) => ({ ...gate, onFailure: 'pause' }));
  const rollout = await fleet.begin(['q1'], { waves: oneWave({ gates: pauses }) });
  await fleet.settled(rollout, 'paused');
  t.match(await fleet.order(rollout, 'promote'), { state: 'completed' });
  t.equal((await fleet.decided(rollout)).at(-1), 'complete by token:first -> completed 0');
});

t.test('what is under way when it is aborted goes back; what is done stays', async (t) => {
  const [done, hangs] = await fleet.join(['x1', 'x2']);
  if (hangs) hangs.script = HANGS;
  const rollout = await fleet.begin(['x1', 'x2'], { waves: oneWave() });
  await fleet.until(
    `/api/rollouts/${rollout}`,
    ({ progress }) => progress[0].devices.done === 1 && progress[0].devices.updating === 1,
  );
  t.match(await fleet.order(rollout, 'abort'), { state: 'aborted' });
  await fleet.until(
    `/api/rollouts/${rollout}`,
    ({ progress }) => progress[0].devices['rolled-back'],
  );
  t.same(await fleet.statesOf(rollout), { x1: 'done committed', x2: 'rolled-back null' });
  t.same([done?.model, hangs?.model], [NEW, OLD]);
});

t.test(
  'a canary neither hangs nor passes on silence: who is late is left, and the gates fail',
  async (t) => {
    await fleet.join(['s1', 's2'], SILENT);
    const rollout = await fleet.begin(['s1', 's2'], { waves: oneWave({ deadlineMillis: 300 }) });
    await fleet.settled(rollout, 'rolling-back', 'rolled-back');
    t.match(await fleet.decided(rollout), [
      /create/,
      /begin/,
      'tell by engine -> rolling 0',
      'expire by engine -> rolling 0',
      'bake by engine -> baking 0',
      'roll-back by gate:update-success -> rolling-back 0',
    ]);
  },
);

t.test('one of ten that does it does not speak for nine that die of it', async (t) => {
  const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
  const [good] = await fleet.join(names, SILENT);
  if (good) good.script = GOOD;
  const rollout = await fleet.begin(names, { waves: oneWave({ deadlineMillis: 3000 }) });
  const view = await fleet.settled(rollout, 'rolled-back', 'completed');
  t.equal(view.state, 'rolled-back');
  const { decisions } = await fleet.call('GET', `/api/rollouts/${rollout}/decisions`);
  const stop = decisions.find((it: { event: string }) => it.event === 'roll-back');
  t.match(stop, { by: 'gate:update-success', figures: { updates: { committed: 1, underWay: 9 } } });
});

t.test(
  'who is away until its deadline is left out; who was seen and said nothing is not',
  async (t) => {
    const names = ['v1', 'v2', 'v3'];
    const [, away, seen] = await fleet.join(names);
    await Promise.all([away?.close(), seen?.close()]);
    for (const name of ['v2', 'v3']) {
      await fleet.until(`/api/devices/${name}`, ({ state }) => state === 'offline');
    }
    const waves = oneWave({ bakeMillis: 600_000, deadlineMillis: 5000 });
    const rollout = await fleet.begin(names, { waves });
    await fleet.until(
      `/api/rollouts/${rollout}/devices?state=done`,
      ({ devices }) => devices.length,
    );
    if (seen) seen.script = SILENT;
    seen?.start();
    await fleet.settled(rollout, 'baking');
    t.match(await fleet.statesOf(rollout), { v2: 'late offline', v3: 'late silent' });
    const { stages } = await fleet.call('GET', `/api/rollouts/${rollout}/gates`);
    t.match(stages[0].gates, [{ outcome: 'undecided', reading: { measured: 0.5 } }]);
    await fleet.order(rollout, 'abort');
  },
);

t.test('one that hangs counts against the wave', async (t) => {
  const [fine] = await fleet.join(['h1', 'h2'], HANGS);
  if (fine) fine.script = GOOD;
  const rollout = await fleet.begin(['h1', 'h2'], { waves: oneWave({ deadlineMillis: 1000 }) });
  await fleet.settled(rollout, 'rolled-back');
  const { decisions } = await fleet.call('GET', `/api/rollouts/${rollout}/decisions`);
  const stop = decisions.find((it: { event: string }) => it.event === 'roll-back');
  t.match(stop.figures.updates, { committed: 1, underWay: 1 });
});

t.test('offline devices: told all the same, skipped until they are back, or failed', async (t) => {
  const lenient = [{ ...UPDATE_GATES[0], limit: 0.5 }];
  for (const [policy, away, back] of [
    ['wait', 'told offline', 'done committed'],
    ['skip', 'skipped offline', 'done committed'],
    ['fail', 'failed offline', 'failed offline'],
  ] as const) {
    const names = [`o1-${policy}`, `o2-${policy}`];
    const [, offline] = await fleet.join(names);
    await offline?.close();
    await fleet.until(`/api/devices/${names[1]}`, ({ state }) => state === 'offline');
    const waves = oneWave({ gates: lenient, bakeMillis: 600_000 });
    const rollout = await fleet.begin(names, { offline: policy, waves });
    await fleet.until(
      `/api/rollouts/${rollout}/devices?state=done`,
      ({ devices }) => devices.length,
    );
    t.equal((await fleet.statesOf(rollout))[`o2-${policy}`], away, policy);
    offline?.start();
    await fleet.until(`/api/devices/${names[1]}`, ({ state }) => state === 'online');
    if (back !== away) {
      await fleet.until(
        `/api/rollouts/${rollout}/devices?state=done`,
        ({ devices }) => devices.length === 2,
      );
    }
    t.equal((await fleet.statesOf(rollout))[`o2-${policy}`], back, `${policy}, back`);
    await fleet.order(rollout, 'abort');
  }
});

t.test(
  'a candidate looks on first; it is judged by what it agreed on, and then takes over or not',
  async (t) => {
    const [device] = await fleet.join(['c1']);
    const shadow = { devices: 'first wave', every: 5, forMillis: 400 };
    const rollout = await fleet.begin(['c1'], { shadow, waves: oneWave() });
    const view = await fleet.settled(rollout, 'paused');
    t.match(device?.shadows[0], { signed: { as: 'shadow', digest: NEW, generation: 1 } });
    t.equal(device?.model, OLD);
    t.equal(view.pausedFrom, 'shadowing', 'nothing was compared: that is not enough');
    t.match(await fleet.order(rollout, 'promote'), { state: 'rolling' });
    await fleet.settled(rollout, 'completed');
    t.equal(device?.model, NEW);
    t.notOk(device?.desired?.slots?.main?.shadow, 'it looks on no more');
  },
);
