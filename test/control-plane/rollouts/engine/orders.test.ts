import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { ControlPlaneError } from '../../../../control-plane/src/errors.ts';
import { hearDevices } from '../../../../control-plane/src/rollouts/engine/steps/hear-devices.ts';
import { startRollout } from '../../../../control-plane/src/rollouts/engine/steps/start-rollout.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW, NEWER, OLD } from '../stand/models.ts';
import { ASKED, NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

const RUNS_NEW = { model: NEW, generation: 1 };

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: of two that begin at once over one device, one does`, async (t) => {
    const { begin, parts } = await orderedFleet(t, open);
    const rows = [
      await parts.reader.find(await begin()),
      await parts.reader.find(await begin({ target: { devices: ['b'] } })),
    ];
    const began = await Promise.allSettled(rows.map((row) => startRollout(parts, row, 'me')));
    t.same(began.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    t.match(
      began.find(({ status }) => status === 'rejected'),
      { reason: { code: 'ROLLOUT_CONFLICT' } },
    );
  });

  t.test(`on ${name}: one that is to try again is taken back, too`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const rollout = await begin();
    await order(rollout, 'start');
    await look(rollout);
    const update = { model: NEW, generation: 1, state: 'failed', since: 's', attempts: 3 };
    await reports(database, 'a', { slot: { update } });
    await hearDevices(parts, NAMES);
    await order(rollout, 'pause');
    await order(rollout, 'retry');
    t.same(await states(rollout), { pending: 1, told: 2 });
    await order(rollout, 'roll-back');
    await look(rollout);
    t.same(await states(rollout), { 'rolling-back': 3 });
    const holds = await parts.assignments.current(NAMES);
    t.same(
      holds.map(({ model }) => model),
      [OLD, OLD, OLD],
      'nobody is left with the name of the new one',
    );
  });

  t.test(
    `on ${name}: one that comes after goes back to what was well, not to what was taken back`,
    async (t) => {
      const { database, begin, order, look, parts, clock } = await orderedFleet(t, open);
      const first = await begin();
      await order(first, 'start');
      await look(first);
      for (const device of NAMES) await reports(database, device, { slot: RUNS_NEW });
      await hearDevices(parts, NAMES);
      await order(first, 'roll-back');
      await look(first);
      await database.updateTable('rollouts').set({ state: 'rolled-back' }).execute();
      clock.at += 1000;
      // Its devices were offline, and still say that they run the new one.
      const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER } });
      await order(second, 'start');
      await look(second);
      await order(second, 'roll-back');
      await look(second);
      const holds = await parts.assignments.current(NAMES);
      t.same(
        holds.map(({ rollout, model }) => [rollout, model]),
        NAMES.map(() => [second, OLD]),
      );
    },
  );

  t.test(
    `on ${name}: of a device that is taken, the other's candidate looks on no more`,
    async (t) => {
      const { begin, order, parts } = await orderedFleet(t, open);
      const shadow = { devices: 'first wave', every: 5, forMillis: 400 };
      await order(await begin({ shadow }), 'start');
      t.equal((await parts.assignments.current(NAMES)).length, 3);
      const target = { devices: ['b'] };
      await order(await begin({ target, priority: 1 }), 'start');
      const looksOn = await parts.assignments.current(NAMES);
      t.same(
        looksOn.map(({ device }) => device),
        ['a', 'c'],
      );
    },
  );

  t.test(`on ${name}: what can't start is not planned anew with each report`, async (t) => {
    const { begin, order, look, parts } = await orderedFleet(t, open);
    await order(await begin(), 'start');
    const held = await begin({ start: 'now' });
    await look(held);
    t.match(await parts.reader.find(held), { state: 'scheduled', reason: /another|other rollout/ });
    const find = t.capture(parts.fleet, 'find', parts.fleet.find);
    await look(held);
    t.equal(find().length, 0, 'the fleet is not read');
  });

  t.test(`on ${name}: one that can't go on without its key says so, until it can`, async (t) => {
    const { begin, order, look, parts } = await orderedFleet(t, open);
    const rollout = await begin();
    await order(rollout, 'start');
    const prepare = t.capture(parts.assignments, 'prepare', async () => {
      throw new ControlPlaneError('ASSIGNMENT_KEY_MISSING', 'Expected the online key.');
    });
    for (const _ of ['once', 'again']) {
      await t.rejects(look(rollout), { code: 'ASSIGNMENT_KEY_MISSING' });
    }
    t.match(await parts.reader.find(rollout), {
      state: 'rolling',
      reason: 'Expected the online key.',
      revision: 3,
    });
    prepare.restore();
    await look(rollout);
    t.match(await parts.reader.find(rollout), { state: 'rolling', reason: null });
  });

  t.test(
    `on ${name}: who gets on with it while an abort is signed goes back, who ended keeps what it runs`,
    async (t) => {
      const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
      const rollout = await begin();
      await order(rollout, 'start');
      await look(rollout);
      const prepare = parts.assignments.prepare.bind(parts.assignments);
      const signing = t.capture(parts.assignments, 'prepare', async (given, of) => {
        const rows = await prepare(given, of);
        const update = { model: NEW, generation: 1, state: 'downloading', since: 's', attempts: 1 };
        await reports(database, 'a', { slot: { update } });
        await reports(database, 'b', { slot: RUNS_NEW });
        await hearDevices(parts, NAMES);
        return rows;
      });
      t.match(await order(rollout, 'abort'), { state: 'aborted' });
      signing.restore();
      t.same(await states(rollout), { done: 1, 'rolling-back': 2 });
      const holds = await parts.assignments.current(NAMES);
      t.same(
        holds.map(({ device, model, generation }) => [device, model, generation]),
        [
          ['a', OLD, 2],
          ['b', NEW, 1],
          ['c', OLD, 2],
        ],
      );
    },
  );

  t.test(`on ${name}: one goes back, too, after a later one that went back`, async (t) => {
    const { database, begin, order, look, parts, clock } = await orderedFleet(t, open);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    for (const device of NAMES) await reports(database, device, { slot: RUNS_NEW });
    await look(first);
    clock.at += 1000;
    await look(first);
    t.match(await parts.reader.find(first), { state: 'completed' });
    const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER } });
    await order(second, 'start');
    await look(second);
    await order(second, 'roll-back');
    await look(second);
    const back = { slot: { model: NEW, generation: 3 } };
    for (const device of NAMES) await reports(database, device, back);
    await look(second);
    t.match(await parts.reader.find(second), { state: 'rolled-back' });
    await order(first, 'roll-back');
    await look(first);
    const holds = await parts.assignments.current(NAMES);
    t.same(
      holds.map(({ model }) => model),
      [OLD, OLD, OLD],
    );
  });

  t.test(
    `on ${name}: a configuration is tried once: to retry is for who was away, or refused`,
    async (t) => {
      const { database, begin, order, look, effects, states, assigned } = await orderedFleet(
        t,
        open,
      );
      await database
        .updateTable('devices')
        .set({ state: 'offline' })
        .where('device', '=', 'c' as DeviceId)
        .execute();
      const rollout = await begin({
        cargo: { kind: 'configuration', version: 5 },
        offline: 'fail',
      });
      await order(rollout, 'start');
      await look(rollout);
      const since = '2026-11-24T00:00:00.000Z' as never;
      const configuration = { version: 5, state: 'refused', since, kept: null } as const;
      for (const device of ['a', 'b']) await reports(database, device, { configuration });
      await look(rollout);
      t.same(await states(rollout), { failed: 3 });
      const retry = async () => (await effects(rollout)).find((it) => it.order === 'retry');
      t.match(await retry(), { devices: 1, effect: /2 devices had this version/ });
      await database.updateTable('devices').set({ state: 'online' }).execute();
      await order(rollout, 'retry');
      await look(rollout);
      t.same(await states(rollout), { failed: 2, told: 1 });
      t.equal(assigned.get('c' as DeviceId), 5);
      await reports(database, 'c', { configuration });
      await look(rollout);
      t.match(await retry(), { devices: 0 });
      await t.rejects(order(rollout, 'retry'), { code: 'CONFLICT', message: /another version/ });
    },
  );

  t.test(`on ${name}: who has appeared is looked for once in a look`, async (t) => {
    const { begin, order, look, parts, states } = await orderedFleet(t, open);
    const rollout = await begin();
    await order(rollout, 'start');
    await reports(parts.database, 'd');
    const find = t.capture(parts.fleet, 'find', parts.fleet.find);
    await look(rollout);
    t.same(await states(rollout), { told: 4 });
    t.equal(find().length, 1, 'though it took three steps');
  });

  t.test(
    `on ${name}: no more are at it at once when a person goes on to the next wave`,
    async (t) => {
      const { begin, order, look, states, clock } = await orderedFleet(t, open);
      const wave = ASKED.waves[0];
      const waves = [{ ...wave, size: { count: 2 } }, wave];
      const rollout = await begin({ atOnce: 2, waves });
      await order(rollout, 'start');
      await look(rollout);
      t.same(await states(rollout), { pending: 1, told: 2 });
      await order(rollout, 'pause');
      clock.at += 1000;
      await order(rollout, 'promote');
      await look(rollout);
      t.same(await states(rollout), { pending: 1, told: 2 });
      // Their deadline frees their place.
      clock.at += 5000;
      await look(rollout);
      t.same(await states(rollout), { late: 2, told: 1 });
    },
  );

  t.test(`on ${name}: nobody is left waiting when a person completes it`, async (t) => {
    const { begin, order, look, states, parts } = await orderedFleet(t, open);
    const rollout = await begin({ atOnce: 1 });
    await order(rollout, 'start');
    await look(rollout);
    t.same(await states(rollout), { pending: 2, told: 1 });
    await order(rollout, 'pause');
    t.match(await order(rollout, 'promote'), { state: 'completed' });
    t.same(await states(rollout), { skipped: 2, told: 1 });
    const { figures } = await parts.database
      .selectFrom('rollout_decisions')
      .select('figures')
      .where('event', '=', 'complete')
      .executeTakeFirstOrThrow();
    t.match(
      JSON.parse(figures).counts,
      [
        { state: 'pending', devices: 2 },
        { state: 'told', devices: 1 },
      ],
      'from which the person decided',
    );
  });
}
