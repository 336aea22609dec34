import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { whoNeeds } from '../../../../control-plane/src/registry/model-needs.ts';
import { previewRollout } from '../../../../control-plane/src/rollouts/preview-rollout.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW, NEWER, OLD } from '../stand/models.ts';
import { ASKED, NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

const RUNS_NEW = { slot: { model: NEW, generation: 1 } };
/** So long a rollout waits for those that are to go back. */
const PATIENCE = 5000;
const SINCE = '2026-11-24T00:00:00.000Z' as never;

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: who is on its way back from a model does not have it already`, async (t) => {
    const { database, begin, order, look, states, parts, clock } = await orderedFleet(t, open);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    for (const device of NAMES) await reports(database, device, RUNS_NEW);
    await look(first);
    await order(first, 'roll-back');
    await look(first);
    clock.at += PATIENCE;
    await look(first);
    t.match(await parts.reader.find(first), { state: 'rolled-back' });
    // They have not heard of it yet.
    const second = await begin();
    await order(second, 'start');
    await look(second);
    t.same(await states(second), { told: 3 });
    await order(second, 'roll-back');
    await look(second);
    const holds = await parts.assignments.current(NAMES);
    t.same(
      holds.map(({ model, generation }) => [model, generation]),
      NAMES.map(() => [OLD, 4]),
    );
  });

  t.test(`on ${name}: who is on its way back from a configuration is told it again`, async (t) => {
    const { database, begin, order, look, states, assigned, clock } = await orderedFleet(t, open);
    const cargo = { kind: 'configuration', version: 5 };
    const configuration = { version: 5, state: 'applied', since: SINCE } as const;
    const first = await begin({ cargo });
    await order(first, 'start');
    await look(first);
    for (const device of NAMES) await reports(database, device, { configuration });
    await look(first);
    await order(first, 'roll-back');
    await look(first);
    t.same([...assigned.values()], [null, null, null]);
    clock.at += PATIENCE;
    await look(first);
    const second = await begin({ cargo });
    await order(second, 'start');
    await look(second);
    t.same(await states(second), { told: 3 });
    t.same([...assigned.values()], [5, 5, 5]);
    await order(second, 'roll-back');
    await look(second);
    t.same([...assigned.values()], [null, null, null], 'not to what was taken back');
  });

  t.test(`on ${name}: nor who runs it on probation, or was told another`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const update = { model: NEW, generation: 1, state: 'probation', since: SINCE, attempts: 1 };
    await reports(database, 'a', { slot: { ...RUNS_NEW.slot, update } });
    await reports(database, 'b', RUNS_NEW);
    await reports(database, 'c', RUNS_NEW);
    const of = { slot: 'main', purpose: 'active', rollout: await begin(), every: null } as never;
    const given = [{ device: 'b' as DeviceId, model: OLD, seen: 1 }];
    const rows = await parts.assignments.prepare(given, of);
    await database.transaction().execute((trx) => parts.assignments.give(trx, rows));
    const rollout = await begin();
    await order(rollout, 'start');
    await look(rollout);
    t.same(await states(rollout), { told: 2, done: 1 });
  });

  for (const [orders, ended] of [
    [['roll-back'], { 'rolling-back': 3 }],
    [['abort'], { 'rolling-back': 3 }],
    [['pause', 'promote'], { told: 1, 'rolling-back': 2 }],
  ] as const) {
    t.test(
      `on ${name}: whom one took and never told goes back, too: ${orders.join(', ')}`,
      async (t) => {
        const { database, begin, order, look, states, effects, parts } = await orderedFleet(
          t,
          open,
        );
        const first = await begin();
        await order(first, 'start');
        await look(first);
        for (const device of NAMES) await reports(database, device, RUNS_NEW);
        await look(first);
        t.same(await states(first), { done: 3 });
        const cargo = { ...ASKED.cargo, model: NEWER };
        const second = await begin({ cargo, priority: 1, atOnce: 1 });
        await order(second, 'start');
        await look(second);
        t.same(await states(second), { told: 1, pending: 2 });
        const back = (await effects(second)).find((it) => it.order === 'roll-back');
        t.match(back, { devices: 3, effect: /0 devices are never told/ });
        for (const each of orders) await order(second, each);
        await look(second);
        t.same(await states(second), ended);
        await order(first, 'roll-back');
        await look(first);
        const holds = await parts.assignments.current(['b', 'c'] as string[] as DeviceId[]);
        t.match(holds, [
          { rollout: second, model: OLD },
          { rollout: second, model: OLD },
        ]);
      },
    );
  }

  t.test(
    `on ${name}: what was taken, and taken back, goes back with one before both`,
    async (t) => {
      const { begin, order, look, complete, states, parts, clock } = await orderedFleet(t, open);
      const patience = async (rollout: RolloutId) => {
        clock.at += PATIENCE;
        await look(rollout);
        t.match(await parts.reader.find(rollout), { state: 'rolled-back' });
      };
      const cargo = { ...ASKED.cargo, model: NEWER };
      const first = await begin();
      await complete(first, RUNS_NEW.slot);
      const second = await begin({ cargo });
      await order(second, 'start');
      await look(second);
      const third = await begin({ cargo, priority: 1 });
      await order(third, 'start');
      t.same(await states(second), { skipped: 3 });
      await order(third, 'roll-back');
      await look(third);
      await patience(third);
      // It is left behind by one that tells nobody.
      const fourth = await begin({ cargo, atOnce: 1, target: { devices: ['a', 'b'] } });
      await order(fourth, 'start');
      await order(fourth, 'roll-back');
      await look(fourth);
      await patience(fourth);
      await order(first, 'roll-back');
      await look(first);
      t.same(await states(first), { 'rolling-back': 3 });
      const holds = await parts.assignments.current(NAMES);
      t.match(
        holds,
        NAMES.map(() => ({ rollout: first, model: OLD })),
      );
    },
  );

  t.test(`on ${name}: what a completed one waited for goes back with one before`, async (t) => {
    const { database, begin, order, look, complete, states, parts, clock } = await orderedFleet(
      t,
      open,
    );
    const cargo = { ...ASKED.cargo, model: NEWER };
    const first = await begin();
    await complete(first, RUNS_NEW.slot);
    const second = await begin({ cargo });
    await order(second, 'start');
    await look(second);
    await order(second, 'pause');
    t.match(await order(second, 'promote'), { state: 'completed' });
    const third = await begin({ cargo, atOnce: 2 });
    await order(third, 'start');
    await look(third);
    t.same(await states(second), { skipped: 3 });
    t.equal(await whoNeeds(database, OLD), null, 'the second and the third have them');
    await order(third, 'roll-back');
    await look(third);
    clock.at += PATIENCE;
    await look(third);
    t.match(await whoNeeds(database, OLD), `from rollout ${first}`);
    await order(first, 'roll-back');
    await look(first);
    t.same(await states(first), { 'rolling-back': 2, skipped: 1 });
    t.match(await parts.assignments.current(NAMES), [
      { rollout: first, model: OLD },
      { rollout: first, model: OLD },
      { rollout: second, model: NEWER },
    ]);
  });

  t.test(`on ${name}: the preview counts as the rollout who runs it already`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const asked = { ...ASKED, priority: 1 };
    const already = async () => (await previewRollout(parts, asked)).waves[0]?.already;
    const first = await begin({ target: { devices: ['a', 'b'] } });
    await order(first, 'start');
    await look(first);
    for (const device of NAMES) await reports(database, device, RUNS_NEW);
    await look(first);
    t.equal(await already(), 1, 'the others are taken from a rollout that told them');
    await order(first, 'roll-back');
    await look(first);
    t.equal(await already(), 1, 'they are on their way back');
    await database.updateTable('rollouts').set({ state: 'rolled-back' }).execute();
    t.equal(await already(), 1);
    const second = await begin(asked);
    await order(second, 'start');
    await look(second);
    t.same(await states(second), { told: 2, done: 1 });
  });

  t.test(`on ${name}: whom a completed one still waits for is left to it until told`, async (t) => {
    const { begin, order, look, states, parts } = await orderedFleet(t, open);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    await order(first, 'pause');
    t.match(await order(first, 'promote'), { state: 'completed' });
    const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER }, atOnce: 1 });
    await order(second, 'start');
    await look(second);
    await order(second, 'roll-back');
    await look(second);
    t.same(await states(second), { 'rolling-back': 1, skipped: 2 });
    const holds = await parts.assignments.current(['b', 'c'] as string[] as DeviceId[]);
    t.match(
      holds,
      ['b', 'c'].map(() => ({ rollout: first, model: NEW })),
    );
  });
}
