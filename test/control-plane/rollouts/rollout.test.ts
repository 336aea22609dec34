import t from 'tap';
import { NEW, OLD, TASK } from './stand/models.ts';
import { planOf, RunningFleet } from './stand/running-fleet.ts';
import { FAILS } from './stand/scripted-device.ts';

t.test('a model goes out in waves, and is the champion then', async (t) => {
  const fleet = await RunningFleet.start(t);
  const devices = await fleet.join(['a', 'b', 'c', 'd']);
  const preview = await fleet.call('POST', '/api/rollouts/preview', planOf());
  t.same(
    preview.waves.map((wave: { devices: number }) => wave.devices),
    [1, 3],
  );
  const { rollout, status } = await fleet.call('POST', '/api/rollouts', {
    ...planOf(),
    rollout: preview.rollout,
  });
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
  const { assignments } = await fleet.call('GET', '/api/devices/a/assignments');
  t.match(assignments, [{ slot: 'main', as: 'active', generation: 1, model: NEW, rollout }]);
  t.not(assignments[0].takenAt, null);
});

t.test('a canary that fails takes the rollout back, and nobody else is told', async (t) => {
  const fleet = await RunningFleet.start(t);
  const devices = await fleet.join(['a', 'b', 'c'], FAILS);
  const { rollout } = await fleet.call('POST', '/api/rollouts', planOf());
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
  const { aliases } = await fleet.call('GET', `/api/tasks/${TASK}`);
  t.same(aliases, []);
});
