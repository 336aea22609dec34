import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { ControlPlaneError } from '../../../../control-plane/src/errors.ts';
import { lookAtRollout } from '../../../../control-plane/src/rollouts/engine/look-at-rollout.ts';
import { hearDevices } from '../../../../control-plane/src/rollouts/engine/steps/hear-devices.ts';
import type {
  WaveMeasures,
  WaveWindow,
} from '../../../../control-plane/src/rollouts/measure/wave-measures.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { RolloutOrders } from '../../../../control-plane/src/rollouts/rollout-orders.ts';
import { Rollouts } from '../../../../control-plane/src/rollouts/rollouts.ts';
import { DATABASES } from '../../stand/databases.ts';
import { engineParts, reports } from '../stand/engine-parts.ts';
import { NEW, OLD } from '../stand/models.ts';
import { orderedFleet } from '../stand/ordered-fleet.ts';
import { planOf } from '../stand/running-fleet.ts';

const NAMES = ['a', 'b', 'c'] as string[] as DeviceId[];
const EVERYBODY = { among: null, judge: true };
const committed = { slot: { model: NEW, generation: 1 } };

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: two engines at once take each step once`, async (t) => {
    const database = await open(t);
    const clock = { at: 1_000_000 };
    const { parts } = await engineParts(t, database, clock);
    for (const device of NAMES) await reports(database, device);
    const { rollout } = await new Rollouts(parts, () => {}).create(planOf() as NewRollout, 'me');
    const both = async () => {
      const row = await parts.reader.find(rollout);
      await Promise.all([
        lookAtRollout(parts, row, EVERYBODY),
        lookAtRollout(parts, row, EVERYBODY),
      ]);
    };
    await both();
    for (const device of NAMES) await reports(database, device, committed);
    for (let step = 0; step < 4; step++) {
      await Promise.all([hearDevices(parts, NAMES), hearDevices(parts, NAMES)]);
      await both();
      clock.at += 1000;
    }
    t.match(await parts.reader.find(rollout), { state: 'completed' });
    const decisions = await database
      .selectFrom('rollout_decisions')
      .select('event')
      .orderBy('id')
      .execute();
    // Before the second wave its devices had it already: nothing had to be told.
    t.same(
      decisions.map(({ event }) => event),
      ['create', 'begin', 'tell', 'bake', 'advance', 'tell', 'bake', 'complete'],
    );
    const given = await database.selectFrom('assignments').selectAll().execute();
    t.equal(given.length, 1, 'one device was told, once');
  });

  t.test(`on ${name}: a configuration goes the same way, and back`, async (t) => {
    const database = await open(t);
    const clock = { at: 1_000_000 };
    const { parts, assigned } = await engineParts(t, database, clock);
    const since = '2026-11-24T00:00:00.000Z' as never;
    const report = (version: number, state: 'applied' | 'refused') => ({
      configuration: { version, state, since },
    });
    await reports(database, 'a', report(3, 'applied'));
    await reports(database, 'b');
    const { waves } = planOf();
    const asked = { cargo: { kind: 'configuration', version: 5 }, waves: waves.slice(1) };
    const { rollout, lane } = await new Rollouts(parts, () => {}).create(asked as NewRollout, 'me');
    t.equal(lane, 'configuration');
    const look = async () => {
      await hearDevices(parts, NAMES);
      await lookAtRollout(parts, await parts.reader.find(rollout), EVERYBODY);
    };
    await look();
    t.same(
      [...assigned],
      [
        ['a', 5],
        ['b', 5],
      ],
    );
    await reports(database, 'a', report(5, 'applied'));
    await reports(database, 'b', report(5, 'refused'));
    await look();
    t.match(await parts.reader.find(rollout), { state: 'rolling-back' });
    t.same(
      [...assigned],
      [
        ['a', 3],
        ['b', null],
      ],
      'what each had before',
    );
    await reports(database, 'a', report(3, 'applied'));
    await reports(database, 'b');
    await look();
    t.match(await parts.reader.find(rollout), { state: 'rolled-back' });
    t.same(await parts.reader.counts(rollout), [
      { wave: 0, state: 'rolled-back', outcome: null, devices: 2 },
    ]);
  });

  t.test(
    `on ${name}: what a wave is compared with is kept from when its first is told, not while its window is closed`,
    async (t) => {
      const database = await open(t);
      const { parts } = await engineParts(t, database, { at: 1_000_000 });
      const begun: WaveWindow[] = [];
      const measures: WaveMeasures = {
        ...parts.measures,
        hasBegun: async () => begun.length > 0,
        begin: async (window) => void begun.push(window),
        async measureWave(key, updates) {
          if (begun.length > 0) return parts.measures.measureWave(key, updates);
          throw new ControlPlaneError('NOT_FOUND', 'It has not begun.');
        },
      };
      for (const device of NAMES) await reports(database, device);
      const asked = planOf({ window: CLOSED }) as NewRollout;
      const { rollout } = await new Rollouts(parts, () => {}).create(asked, 'me');
      const look = async () =>
        lookAtRollout({ ...parts, measures }, await parts.reader.find(rollout), EVERYBODY);
      await look();
      t.match(await parts.reader.find(rollout), { state: 'rolling' });
      t.same(begun, []);
      await open24(database, rollout);
      await look();
      t.match(begun, [{ rollout, wave: 0, devices: { length: 1 } }]);
    },
  );

  t.test(`on ${name}: a device that left the target before its turn is left alone`, async (t) => {
    const database = await open(t);
    const clock = { at: 1_000_000 };
    const { parts } = await engineParts(t, database, clock);
    for (const device of NAMES) await reports(database, device);
    const asked = planOf({ start: 'by hand', window: CLOSED }) as NewRollout;
    const { rollout } = await new Rollouts(parts, () => {}).create(asked, 'me');
    await new RolloutOrders(parts, () => {}).carry(rollout, 'start', { by: 'me' }, () => {});
    const [canary] = await parts.reader.namesOfWave(rollout, 0);
    await database
      .deleteFrom('devices')
      .where('device', '=', canary as DeviceId)
      .execute();
    await open24(parts.database, rollout);
    await lookAtRollout(parts, await parts.reader.find(rollout), EVERYBODY);
    const left = await database
      .selectFrom('rollout_devices')
      .select(['state', 'outcome'])
      .where('device', '=', canary as DeviceId)
      .execute();
    t.same(left, [{ state: 'skipped', outcome: 'left' }]);
    clock.at += 1000;
    await lookAtRollout(parts, await parts.reader.find(rollout), EVERYBODY);
    t.match(
      await parts.reader.find(rollout),
      { state: 'rolled-back' },
      'an empty canary does not pass',
    );
  });

  t.test(`on ${name}: one that is revoked in the middle of it is not counted`, async (t) => {
    const { database, begin, order, look, parts, states, clock } = await orderedFleet(t, open);
    const rollout = await begin();
    await order(rollout, 'start');
    await look(rollout);
    for (const device of ['a', 'b']) await reports(database, device, committed);
    await database.insertInto('accounts').values(revokedAccount('c')).execute();
    clock.at += 5000;
    await look(rollout);
    t.same(await states(rollout), { done: 2, late: 1 });
    const { figures } = await database
      .selectFrom('rollout_decisions')
      .select('figures')
      .where('event', '=', 'expire')
      .executeTakeFirstOrThrow();
    t.match(JSON.parse(figures), { silent: 0, hung: 0, offline: 0, left: 1 });
    clock.at += 1000;
    await look(rollout);
    t.match(await parts.reader.find(rollout), { state: 'completed' });
    // Enrolled again.
    await database.updateTable('accounts').set({ revoked_at: null }).execute();
    await reports(database, 'c', committed);
    await look(rollout);
    t.same(await states(rollout), { done: 3 });
  });

  t.test(`on ${name}: one that is revoked goes back, too, and nobody waits for it`, async (t) => {
    const { database, begin, order, look, parts, states } = await orderedFleet(t, open);
    const rollout = await begin();
    await order(rollout, 'start');
    await look(rollout);
    await database.insertInto('accounts').values(revokedAccount('c')).execute();
    await order(rollout, 'roll-back');
    await look(rollout);
    t.same(await states(rollout), { 'rolling-back': 3 });
    const holds = await parts.assignments.current(NAMES);
    t.same(
      holds.map(({ model }) => model),
      [OLD, OLD, OLD],
      'enrolled again, it does not run what was taken back',
    );
    for (const device of ['a', 'b']) {
      await reports(database, device, { slot: { model: OLD, generation: 2 } });
    }
    await look(rollout);
    t.match(await parts.reader.find(rollout), { state: 'rolled-back' });
    await database.updateTable('accounts').set({ revoked_at: null }).execute();
    await reports(database, 'c', { slot: { model: OLD, generation: 2 } });
    await look(rollout);
    t.same(await states(rollout), { 'rolled-back': 3 });
  });
}

const revokedAccount = (name: string) => ({
  name,
  kind: 'device' as const,
  secret_hash: '',
  mosquitto_hash: '',
  generation: 1,
  changed_at: 1,
  revoked_at: 1,
});

/** At the test's time, a quarter past midnight of 1970, it is closed. */
const CLOSED = { from: '12:00', to: '13:00', timezone: 'UTC' };

async function open24(database: Parameters<typeof engineParts>[1], rollout: RolloutId) {
  const { plan } = await database
    .selectFrom('rollouts')
    .select('plan')
    .where('id', '=', rollout)
    .executeTakeFirstOrThrow();
  const opened = JSON.stringify({ ...JSON.parse(plan), window: null });
  await database.updateTable('rollouts').set({ plan: opened }).where('id', '=', rollout).execute();
}
