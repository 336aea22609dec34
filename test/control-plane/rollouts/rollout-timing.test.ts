// When a rollout begins, and when each device has its turn.
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { NEW } from './stand/models.ts';
import { oneWave, RunningFleet } from './stand/running-fleet.ts';
import { HANGS } from './stand/scripted-device.ts';

const fleet = await RunningFleet.start(t);

t.test('a device that appears later joins its wave', async (t) => {
  await fleet.join(['l1']);
  const rollout = await fleet.begin(['l1', 'l2'], { waves: oneWave({ bakeMillis: 600_000 }) });
  await fleet.settled(rollout, 'baking');
  const [late] = await fleet.join(['l2']);
  await fleet.until(
    `/api/rollouts/${rollout}/devices?state=done`,
    ({ devices }) => devices.length === 2,
  );
  t.equal(late?.model, NEW);
  t.match(await fleet.decided(rollout), [/create/, /begin/, /tell/, /bake/, /^join/, /^tell/]);
  t.match(await fleet.order(rollout, 'promote'), { state: 'completed' });
});

t.test('no more are at it at once than was said', async (t) => {
  const names = ['m1', 'm2', 'm3', 'm4', 'm5'];
  const devices = await fleet.join(names, HANGS);
  const rollout = await fleet.begin(names, { atOnce: 2, waves: oneWave() });
  await fleet.until(
    `/api/rollouts/${rollout}`,
    ({ progress }) => progress[0].devices.updating === 2,
  );
  await delay(300);
  t.equal(devices.filter(({ generations }) => generations.length > 0).length, 2);
  await fleet.order(rollout, 'abort');
});

t.test('outside of its window it begins nobody', async (t) => {
  const devices = await fleet.join(['n1']);
  const closed = (hours: number) =>
    new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const window = { from: closed(2), to: closed(4), timezone: 'UTC' };
  const rollout = await fleet.begin(['n1'], { window, waves: oneWave() });
  await fleet.settled(rollout, 'rolling');
  await delay(300);
  t.same(await fleet.statesOf(rollout), { n1: 'pending null' });
  t.same(devices[0]?.generations, []);
  await fleet.order(rollout, 'abort');
});

t.test('it starts at its time', async (t) => {
  await fleet.join(['t1']);
  const start = new Date(Date.now() + 500).toISOString();
  const rollout = await fleet.begin(['t1'], { start, waves: oneWave() });
  const { startedAt } = await fleet.settled(rollout, 'completed');
  t.ok(startedAt >= start);
});

t.test('what keeps one from starting is told, and it starts when that has passed', async (t) => {
  await fleet.join(['k1'], HANGS);
  const first = await fleet.begin(['k1'], { waves: oneWave() });
  await fleet.settled(first, 'rolling');
  const second = await fleet.begin(['k1'], { waves: oneWave() });
  const held = await fleet.until(`/api/rollouts/${second}`, ({ reason }) => reason);
  t.equal(held.state, 'scheduled');
  t.match(held.reason, new RegExp(`${first} has k1`));
  await fleet.order(first, 'abort');
  await fleet.until(`/api/rollouts/${second}`, ({ state }) => state === 'rolling');
  await fleet.order(second, 'abort');
});
