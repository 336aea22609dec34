import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { notLong } from '../../stand/long.ts';
import { until } from '../../stand/until.ts';
import { UpdateStand } from './update-stand.ts';

t.setTimeout(240_000);
const skip = mosquittoMissing;
const ON_ITS_WAY = ['downloading', 'verifying', 'testing', 'activating', 'probation'];

t.test(
  'a new model comes under a running camera, and the one before comes back',
  { skip },
  async (t) => {
    const stand = await UpdateStand.create(t);
    const before = stand.reports[0].model;
    t.equal(stand.reports[0].generation, undefined, 'agent.yaml names it');
    const next = await stand.publish((manifest) => {
      manifest.name = 'better';
    });
    stand.want(stand.fleet.assign(next, 1));
    await stand.ended(1, 'committed');
    t.same(stand.statesOf(1), [...ON_ITS_WAY, 'committed']);
    t.match(stand.reports.at(-1), { model: next, name: 'better', generation: 1 });

    const models = () => stand.messages('detections/cam0').map(({ model }) => model);
    await until(() => models().at(-1) === next);
    const rows = stand.messages('detections/cam0');
    t.same([...new Set(models())], [before, next], 'one after the other');
    t.same(
      rows.map(({ seq }) => seq),
      rows.map((_row, i) => i + 1),
      'without a gap',
    );
    const times = rows.map(({ capturedAt }) => Date.parse(capturedAt));
    const pause = Math.max(...times.map((at, i) => at - (times[i - 1] ?? at)));
    t.ok(pause < 1_000, `the longest pause between frames was ${pause} ms`);

    const asked = stand.server.asked.length;
    stand.want(stand.fleet.assign(before, 2));
    await stand.ended(2, 'committed');
    t.same(stand.statesOf(2), [...ON_ITS_WAY, 'committed'], 'it must show again that it can');
    stand.want(stand.fleet.assign(next, 3));
    await stand.ended(3, 'committed');
    t.equal(stand.server.asked.length, asked, 'and is still there: nothing is fetched');
    stand.want(stand.fleet.assign(next, 4));
    await stand.ended(4, 'committed');
    t.same(stand.statesOf(4), ['committed'], 'what runs is committed at once');

    await until(() => stand.messages('health').at(-1)?.models[before] !== undefined);
    const health = stand.messages('health').at(-1);
    t.same(Object.keys(health.models).sort(), [before, next].sort(), 'figures of both');
    await stand.agent.kill('SIGKILL');
    const reports = stand.reports.length;
    stand.startAgent();
    await until(() => stand.reports.length > reports);
    t.match(stand.reports.at(-1), { model: next, generation: 4 }, 'also after a restart');
  },
);

t.test(
  'what may not run here, or can not, is refused or fails, and the model runs on',
  { skip },
  async (t) => {
    const stand = await UpdateStand.create(t, {
      cameras: {
        cam0: {
          slot: 'main',
          source: { kind: 'synthetic', interval: '50ms' },
          decide: { mode: 'occurrence', background: ['green'] },
        },
      },
    });
    const before = stand.reports[0].model;
    const wrong = await stand.publish(({ golden }) => {
      for (const { logits } of golden.cases) logits.int8 = [0, 10, 0];
    });
    stand.want(stand.fleet.assign(wrong, 1));
    await stand.ended(1, 'failed');
    t.same(stand.statesOf(1), ['downloading', 'verifying', 'testing', 'failed']);
    t.equal(stand.reports.at(-1).update.reason.code, 'PACKAGE_GOLDEN_FAILED');

    const others = await stand.publish((manifest) => {
      manifest.classes = ['red', 'yellow', 'blue'];
    });
    stand.want(stand.fleet.assign(others, 2));
    await stand.ended(2, 'refused');
    t.match(stand.reports.at(-1).update.reason, { code: 'CLASSES_MISSING', message: /green/ });

    const late = await stand.publish((manifest) => {
      manifest.requires = { agent: '99.0.0' };
    });
    stand.want(stand.fleet.assign(late, 3));
    await stand.ended(3, 'refused');
    t.same(stand.statesOf(2), ['downloading', 'verifying', 'refused'], 'once');
    await delay(500);
    t.same(stand.statesOf(3), ['downloading', 'refused'], 'and once');
    t.equal(stand.reports.at(-1).update.reason.code, 'AGENT_TOO_OLD');

    const good = await stand.publish((manifest) => {
      manifest.name = 'good';
    });
    stand.want({
      ...stand.fleet.assign(good, 4),
      signature: stand.fleet.assign(good, 5).signature,
    });
    await stand.ended(4, 'refused');
    t.equal(stand.reports.at(-1).update.reason.code, 'SIGNATURE_WRONG');
    stand.want(stand.fleet.assign(good, 3));
    await stand.ended(3, 'refused');
    await until(() => stand.reports.at(-1).update.reason.code === 'ASSIGNMENT_REFUSED');
    t.match(stand.reports.at(-1), { model: before, generation: undefined });
    const { ok, updates } = await stand.health();
    t.match([ok, updates.main.state], [true, 'refused'], 'told, and no problem of the device');
    const metrics = await (await fetch(`http://127.0.0.1:${stand.http}/metrics`)).text();
    t.match(metrics, /edgeloop_agent_update_failed\{slot="main"\} 1/);
    const models = join(stand.folder.path, 'state', 'models', 'main');
    t.same(
      readdirSync(models).filter((name) => name.length === 64),
      [],
      'nothing of them stays on disk',
    );
  },
);

t.test('without a broker for the whole probation it goes back', { skip }, async (t) => {
  const updates = { probation: '3s', frames: 5, minFree: '1MiB' };
  const stand = await UpdateStand.create(t, { updates });
  const before = stand.reports[0].model;
  const next = await stand.publish((manifest) => {
    manifest.name = 'next';
  });
  // The last frame to be seen as connected is before it decides.
  stand.server.lie = async (path) => {
    if (path.endsWith('0.rgb')) await stand.broker.kill();
    return false;
  };
  stand.want(stand.fleet.assign(next, 1));
  await until(async () => (await stand.health()).updates.main?.state === 'probation');
  await until(async () => (await stand.health()).updates.main.state === 'reverted');
  const { updates: told, models } = await stand.health();
  t.match(told.main.reason, { code: 'PROBATION_FAILED', message: /broker/ });
  t.ok(models[next], 'it had decided');
  await stand.broker.start();
  stand.received = await stand.broker.listen();
  // First may come what the broker had kept, and that it goes back; in the end what it has gone
  // back to.
  const gone = () => stand.reports.at(-1)?.update?.state === 'reverted';
  await until(() => gone() && stand.reports.at(-1).model === before);
  t.match(stand.reports.at(-1).update, { model: next, reason: { code: 'PROBATION_FAILED' } });
});

t.test('a model that comes while every camera is off stays on probation', { skip }, async (t) => {
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const farAway = days[(new Date().getUTCDay() + 3) % 7];
  const stand = await UpdateStand.create(t, {
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', interval: '50ms' },
        look: {
          schedule: { timeZone: 'UTC', times: [{ days: [farAway], from: '08:00', to: '16:00' }] },
        },
      },
    },
    updates: { probation: '500ms', frames: 5, minFree: '1MiB' },
  });
  const next = await stand.publish((manifest) => {
    manifest.name = 'next';
  });
  stand.want(stand.fleet.assign(next, 1));
  await stand.ended(1, 'probation');
  await delay(2_000);
  t.match(stand.reports.at(-1), { model: next, update: { state: 'probation' } });
});

t.test('a crash loop in probation ends with the model before', { skip }, async (t) => {
  // Nothing is shown soon enough.
  const updates = { probation: '1h', frames: 1_000_000, minFree: '1MiB' };
  const stand = await UpdateStand.create(t, { updates });
  const before = stand.reports[0].model;
  const next = await stand.publish((manifest) => {
    manifest.name = 'next';
  });
  stand.want(stand.fleet.assign(next, 1));
  await stand.ended(1, 'probation');
  for (const expected of [next, next, before]) {
    await stand.agent.kill('SIGKILL');
    const reports = stand.reports.length;
    stand.startAgent();
    await until(() => stand.reports.length > reports);
    t.equal(stand.reports[reports].model, expected);
  }
  t.match(stand.reports.at(-1).update, { state: 'reverted', reason: { code: 'UPDATE_GIVEN_UP' } });
  const active = join(stand.folder.path, 'state', 'models', 'main', 'active');
  await until(() => JSON.parse(readFileSync(active, 'utf8')).model === before);
});

t.test('a new assignment supersedes one on its way', { skip: skip || notLong }, async (t) => {
  const stand = await UpdateStand.create(t);
  const [slow, next] = await Promise.all([
    stand.publish((manifest) => {
      manifest.name = 'slow';
    }),
    stand.publish((manifest) => {
      manifest.name = 'next';
    }),
  ]);
  stand.server.lie = async (path) => {
    if (path.includes(slow)) await delay(60_000, undefined, { ref: false });
    return false;
  };
  stand.want(stand.fleet.assign(slow, 1));
  await until(() => stand.server.asked.length > 0);
  stand.want(stand.fleet.assign(next, 2));
  await stand.ended(2, 'committed');
  t.same(stand.statesOf(1), ['downloading']);
  t.equal(stand.reports.at(-1).model, next);
});
