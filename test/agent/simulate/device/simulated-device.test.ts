import { setTimeout as delay } from 'node:timers/promises';
import {
  type CameraId,
  type Health,
  millis,
  parseId,
  type Reported,
  type Sha256,
  timestamp,
} from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { startBroker } from '../../../control-plane/broker/start-broker.ts';
import { SignedFleet } from '../../../stand/fleet/signed-fleet.ts';
import { BrokerScene, MAIN, NEW, OLD } from '../stand/broker-scene.ts';

t.setTimeout(60_000);

const keys = await SignedFleet.create(t);
const { url } = await startBroker(t, { connectTimeout: millis(10_000) });
const open = (t: Test, prefix: string, devices: number, scenario: object) =>
  BrokerScene.open(t, { url, keys, prefix, devices, scenario });

t.test(
  'a device is born, follows an assignment, and counts by the model that it runs',
  async (t) => {
    const scene = await open(t, 'well', 2, {});
    t.match(await scene.hears('well-0', 'status'), { state: 'online', agentVersion: '1.2.3' });
    t.match(await scene.hears('well-0', 'reported'), { root: 1, slots: { main: { model: OLD } } });
    await scene.hears('well-0', 'health');
    await scene.assign('well-0', NEW, 1);
    const reported = await scene.updateEnds('well-0', 'committed');
    t.match(reported.slots[MAIN], { model: NEW, generation: 1, update: { attempts: 1 } });
    t.same(scene.states('well-0'), [
      'none',
      'downloading',
      'verifying',
      'testing',
      'activating',
      'probation',
      'committed',
    ]);
    const health = await scene.hears('well-0', 'health', ({ models }) => NEW in models);
    const frames = (model: Sha256) =>
      Object.values(health.models[model]?.scores ?? {})
        .flat()
        .reduce((sum, count) => sum + count, 0);
    t.equal(frames(OLD) + frames(NEW), health.cameras.cam0?.classified, 'no frame is lost');
    t.ok(frames(OLD) > 0 && frames(NEW) > 0);
    await scene.hears('well-1', 'health');
    t.notOk(scene.said.some(({ device, message }) => device === 'well-1' && NEW in message));
    t.match(scene.counts, { devices: 2, connected: 2, updates: { committed: 1 } });

    await scene.close();
    const last = scene.said.filter(({ name }) => name === 'status').slice(-2);
    t.match(last, [{ message: { state: 'offline' } }, { message: { state: 'offline' } }]);
  },
);

t.test(
  'an assignment that was made out to another is refused, and the old model runs on',
  async (t) => {
    const scene = await open(t, 'other', 2, {});
    await scene.assign('other-0', NEW, 1, 'active', 'other-1');
    const reported = await scene.updateEnds('other-0', 'refused');
    t.match(reported.slots[MAIN], {
      model: OLD,
      update: { reason: { code: 'ASSIGNMENT_REFUSED' } },
    });
  },
);

t.test('a self-test fails as often as the scenario says', async (t) => {
  const behaviours = [{ when: { runs: 'new' }, does: { failsSelfTest: 1 } }];
  const scene = await open(t, 'tests', 1, { behaviours });
  await scene.assign('tests-0', NEW, 1);
  t.match((await scene.updateEnds('tests-0', 'failed')).slots[MAIN], { model: OLD });
  await scene.assign('tests-0', NEW, 2);
  t.match((await scene.updateEnds('tests-0', 'committed')).slots[MAIN], { model: NEW });
});

t.test('a device that crashes in probation goes back by itself', async (t) => {
  const behaviours = [{ when: { runs: 'new' }, does: { crashes: { every: '150ms' } } }];
  const update = { downloads: 'scripted', probation: '30s' };
  const scene = await open(t, 'crash', 1, { behaviours, update });
  await scene.assign('crash-0', NEW, 1);
  const { slots } = await scene.updateEnds('crash-0', 'reverted');
  t.match(slots[MAIN], { model: OLD, update: { reason: { code: 'UPDATE_GIVEN_UP' } } });
  const boots = scene.said.filter(({ name }) => name === 'status') as { message: object }[];
  const ids = new Set(boots.map(({ message }) => (message as { bootId: string }).bootId));
  t.equal(ids.size, 4, 'one start, and three that counted');
});

t.test('a device that flaps leaves its will, and is born again', async (t) => {
  const behaviours = [{ does: { flaps: { up: '300ms', down: '200ms' } } }];
  const scene = await open(t, 'flap', 1, { behaviours });
  const will = await scene.hears('flap-0', 'status', ({ state }) => state === 'offline');
  t.notOk('at' in will, 'the broker said it');
  const at = scene.said.findIndex(({ message }) => message === will);
  while (
    !scene.said.slice(at).some((it) => (it.message as { state?: string }).state === 'online')
  ) {
    await delay(20);
  }
});

t.test('who lies of the model reports the new and counts the old', async (t) => {
  const scene = await open(t, 'liar', 1, { behaviours: [{ does: { lies: 'model' } }] });
  await scene.assign('liar-0', NEW, 1);
  await scene.updateEnds('liar-0', 'committed');
  const seen = scene.said.length;
  while (!scene.said.slice(seen).some(({ name }) => name === 'health')) await delay(20);
  const health = scene.said.filter(({ name }) => name === 'health').at(-1)?.message as Health;
  t.same(Object.keys(health.models), [OLD]);
});

t.test(
  'a shadow looks at some frames, agrees as scripted, and ends when it is absent',
  async (t) => {
    const behaviours = [{ when: { runs: 'new' }, does: { agreement: 0.5 } }];
    const scene = await open(t, 'shadow', 1, { behaviours });
    await scene.assign('shadow-0', NEW, 1, 'shadow');
    const { slots } = await scene.hears(
      'shadow-0',
      'shadow',
      (it) => (it.slots[MAIN]?.compared ?? 0) >= 100,
    );
    const { compared = 0, agreed = 0, ...counts } = slots[MAIN] ?? {};
    t.match(counts, { active: OLD, candidate: NEW, every: 2 });
    t.ok(agreed / compared > 0.3 && agreed / compared < 0.7, `${agreed} of ${compared}`);
    const reported = await scene.hears(
      'shadow-0',
      'reported',
      (it) => it.slots[MAIN]?.shadow?.state === 'committed',
    );
    t.match(reported.slots[MAIN], { model: OLD, shadow: { model: NEW } });
    const before = scene.said.length;
    await scene.desire('shadow-0', {});
    const reports = () => scene.said.slice(before).filter(({ name }) => name === 'reported');
    while (reports().length === 0) await delay(20);
    t.notMatch(reports().at(-1), { message: { slots: { main: { shadow: {} } } } });
  },
);

t.test(
  'a configuration is tried, applied when it was heard of, and refused where scripted',
  async (t) => {
    const behaviours = [{ devices: { names: ['conf-1'] }, does: { refusesConfiguration: true } }];
    const scene = await open(t, 'conf', 2, { behaviours });
    const settings = { health: { interval: '20s' } };
    const applied = (state: string) => (it: Reported) => it.configuration?.state === state;
    for (const device of ['conf-0', 'conf-1']) {
      await scene.desire(device, { configuration: { version: 3, settings } });
    }
    await scene.hears('conf-0', 'reported', applied('trying'));
    await scene.hears('conf-1', 'reported', applied('refused'));
    await scene.desire('conf-0', { configuration: { version: 3, settings, heard: true } });
    t.match(await scene.hears('conf-0', 'reported', applied('applied')), {
      configuration: { version: 3 },
    });
  },
);

t.test('a device that is named and not simulated is a mistake', async (t) => {
  const behaviours = [{ devices: { names: ['none-7'] }, does: { mute: true } }];
  await t.rejects(open(t, 'none', 2, { behaviours }), { code: 'CONFIG_INVALID' });
});

t.test(
  'a device that is asked to restart does so once, and says done when it is back',
  async (t) => {
    const scene = await open(t, 'again', 1, {});
    const { bootId } = await scene.hears('again-0', 'reported');
    const id = parseId('commandId', '44444444-4444-4444-8444-444444444444');
    const expires = timestamp(Date.now() + 60_000);
    await scene.command('again-0', 'restart', { id, expires });
    const back = await scene.hears('again-0', 'reported', (said) => said.bootId !== bootId);
    await scene.command('again-0', 'restart', { id, expires });
    t.match(await scene.hears('again-0', 'ack'), { id, command: 'restart', outcome: 'done' });
    const other = parseId('commandId', '55555555-5555-4555-8555-555555555555');
    await scene.command('again-0', 'preview', { id: other, expires, camera: 'cam0' as CameraId });
    const refused = await scene.hears('again-0', 'ack', (ack) => ack.id === other);
    t.match(refused, { outcome: 'refused', reason: /--pictures/ });
    const boots = scene.said.flatMap(({ name, message }) =>
      name === 'reported' ? [(message as Reported).bootId] : [],
    );
    t.same([...new Set(boots)], [bootId, back.bootId], 'once');
  },
);
