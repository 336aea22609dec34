import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { whoNeeds } from '../../../../control-plane/src/registry/model-needs.ts';
import { tellDevices } from '../../../../control-plane/src/rollouts/engine/steps/tell-devices.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW, NEWER, OLD } from '../stand/models.ts';
import { ASKED, NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

const RUNS_NEW = { slot: { model: NEW, generation: 1 } };
const FAILS = { offline: 'fail' };
const SINCE = '2026-11-24T00:00:00.000Z' as never;

for (const { name, open } of DATABASES) {
  t.test(
    `on ${name}: who was skipped as offline returns when no other rollout has it`,
    async (t) => {
      const { database, begin, order, look, states, parts, clock } = await orderedFleet(t, open);
      const goes = (state: 'online' | 'offline') =>
        database
          .updateTable('devices')
          .set({ state })
          .where('device', '=', 'c' as DeviceId)
          .execute();
      await goes('offline');
      const first = await begin({ offline: 'skip' });
      await order(first, 'start');
      await look(first);
      t.same(await states(first), { told: 2, skipped: 1 });
      clock.at += 1;
      const cargo = { ...ASKED.cargo, model: NEWER };
      const second = await begin({ cargo, target: { devices: ['c'] } });
      await order(second, 'start');
      await goes('online');
      await look(first);
      t.same(await states(first), { told: 2, skipped: 1 }, 'the other has not told it yet');
      await look(second);
      const update = { model: NEWER, generation: 1, state: 'probation', since: SINCE, attempts: 1 };
      await reports(database, 'c', { slot: { model: NEWER, update } });
      await look(first);
      t.same(await states(first), { told: 2, skipped: 1 });
      await order(second, 'abort');
      t.same(await states(second), { 'rolling-back': 1 });
      clock.at += 1;
      await look(first);
      t.same(await states(first), { told: 3 });
      t.same(await states(second), { skipped: 1 }, 'it is in one at a time');
      await order(first, 'roll-back');
      await look(first);
      const holds = await parts.assignments.current(['c' as DeviceId]);
      t.match(holds, [{ rollout: first, model: OLD, generation: 4 }], 'what it ran before both');
    },
  );

  t.test(`on ${name}: one that was taken and failed as offline goes back, too`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    await database.updateTable('devices').set({ state: 'offline' }).execute();
    const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER }, priority: 1, ...FAILS });
    await order(second, 'start');
    await look(second);
    for (const device of NAMES) await reports(database, device, RUNS_NEW);
    await look(second);
    t.same(await states(second), { failed: 3 }, 'what they did was for the first');
    await order(second, 'roll-back');
    await look(second);
    const holds = await parts.assignments.current(NAMES);
    t.match(
      holds,
      NAMES.map(() => ({ rollout: second, model: OLD })),
    );
  });

  t.test(`on ${name}: one that was taken and skipped runs what it ran before both`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const holds = async () =>
      (await parts.assignments.current(NAMES)).map(({ device, model }) => [device, model]);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    const [b, c] = NAMES.slice(1) as [DeviceId, DeviceId];
    await database
      .updateTable('devices')
      .set({ state: 'offline' })
      .where('device', '=', b)
      .execute();
    const cargo = { ...ASKED.cargo, model: NEWER };
    const target = { sites: ['works'] };
    const second = await begin({ cargo, target, priority: 1, offline: 'skip' });
    await order(second, 'start');
    await database
      .updateTable('devices')
      .set({ site: 'yard' as never })
      .where('device', '=', c)
      .execute();
    await look(second);
    t.same(await states(second), { told: 1, skipped: 2 });
    const before = [
      [b, OLD],
      [c, OLD],
    ];
    t.same(await holds(), [['a', NEWER], ...before], 'nobody else has them in hand');
    await order(second, 'roll-back');
    await look(second);
    await order(first, 'roll-back');
    await look(first);
    t.same(await holds(), [['a', OLD], ...before]);
  });

  t.test(`on ${name}: one that was taken and skipped keeps what a person set since`, async (t) => {
    const { database, begin, order, look, states, assigned, clock } = await orderedFleet(t, open);
    const first = await begin({ cargo: { kind: 'configuration', version: 5 } });
    await order(first, 'start');
    await look(first);
    await database.updateTable('devices').set({ state: 'offline' }).execute();
    clock.at += 1;
    assigned.set('b' as DeviceId, 9);
    const cargo = { kind: 'configuration', version: 6 };
    const second = await begin({ cargo, priority: 1, offline: 'skip' });
    await order(second, 'start');
    await look(second);
    t.same(await states(second), { skipped: 3 });
    t.same(Object.fromEntries(assigned), { a: null, b: 9, c: null });
  });

  t.test(`on ${name}: what a person sets before a device's turn stays, and is told`, async (t) => {
    const { begin, order, look, states, assigned, parts, rollouts } = await orderedFleet(t, open);
    const [a, b, c] = NAMES as [DeviceId, DeviceId, DeviceId];
    assigned.set(a, 7);
    const rollout = await begin({ cargo: { kind: 'configuration', version: 5 } });
    assigned.set(b, 7);
    await order(rollout, 'start');
    assigned.set(c, null);
    await look(rollout);
    t.same(Object.fromEntries(assigned), { a: 5, b: 7, c: null });
    t.same(await states(rollout), { told: 1, skipped: 2 });
    const kept = await parts.reader.inState(rollout, ['skipped'], { throughWave: 0, limit: 2 });
    const reason = /A person has told it something else since/;
    t.match(kept, Array(2).fill({ outcome: 'taken', reason }));
    const { decisions } = await rollouts.decisions(rollout, {});
    t.match(decisions.at(-1), { event: 'tell', reason: /^1 device is told; .* 2 are skipped/ });
    await order(rollout, 'roll-back');
    await look(rollout);
    t.same(Object.fromEntries(assigned), { a: 7, b: 7, c: null });
  });

  t.test(`on ${name}: what a person sets while devices are told stays`, async (t) => {
    const { begin, order, states, assigned, parts } = await orderedFleet(t, open);
    const rollout = await begin({ cargo: { kind: 'configuration', version: 5 } });
    await order(rollout, 'start');
    const laneOf: typeof parts.laneOf = (cargo) => {
      const lane = parts.laneOf(cargo);
      return {
        ...lane,
        async prepare(...given) {
          const prepared = await lane.prepare(...given);
          assigned.set('b' as DeviceId, 7);
          return prepared;
        },
      };
    };
    await tellDevices({ ...parts, laneOf }, await parts.reader.find(rollout));
    t.same(Object.fromEntries(assigned), { a: 5, b: 7, c: 5 });
    t.same(await states(rollout), { told: 2, skipped: 1 });
    const [kept] = await parts.reader.inState(rollout, ['skipped'], { throughWave: 0, limit: 1 });
    t.match(kept, { device: 'b', outcome: 'taken', generation: null, attempts: 0 });
  });

  t.test(`on ${name}: one that was taken, skipped and is back is told the new`, async (t) => {
    const { database, begin, order, look, states, parts } = await orderedFleet(t, open);
    const first = await begin();
    await order(first, 'start');
    await look(first);
    await database.updateTable('devices').set({ state: 'offline' }).execute();
    const cargo = { ...ASKED.cargo, model: NEWER };
    const second = await begin({ cargo, priority: 1, offline: 'skip' });
    await order(second, 'start');
    await look(second);
    t.same(await states(second), { skipped: 3 });
    for (const device of NAMES) await reports(database, device, RUNS_NEW);
    await database.updateTable('devices').set({ state: 'online' }).execute();
    await look(second);
    t.same(await states(second), { told: 3 });
    await order(second, 'roll-back');
    await look(second);
    t.match(
      await parts.assignments.current(NAMES),
      NAMES.map(() => ({ rollout: second, model: OLD, generation: 4 })),
    );
  });

  t.test(
    `on ${name}: a first try that was taken back leaves a device to the one before`,
    async (t) => {
      const { database, begin, order, look, complete, states, parts } = await orderedFleet(t, open);
      const target = { devices: ['a'] };
      const first = await begin({ target });
      await complete(first, RUNS_NEW.slot);
      const cargo = { ...ASKED.cargo, model: NEWER };
      const second = await begin({ cargo, target, offline: 'skip' });
      await order(second, 'start');
      await look(second);
      const update = { model: NEWER, generation: 2, state: 'reverted', since: SINCE, attempts: 1 };
      await reports(database, 'a', { slot: { ...RUNS_NEW.slot, update } });
      await look(second);
      await database.updateTable('devices').set({ state: 'offline' }).execute();
      await order(second, 'retry');
      await look(second);
      t.same(await states(second), { skipped: 1 });
      const holds = () => parts.assignments.current(NAMES);
      t.match(await holds(), [{ model: NEW }]);
      await order(second, 'abort');
      t.match(await whoNeeds(database, OLD), `from rollout ${first}`);
      await order(first, 'roll-back');
      await look(first);
      t.match(await holds(), [{ rollout: first, model: OLD }]);
    },
  );

  for (const ended of [false, true]) {
    const of = ended ? 'left by one that has ended' : 'taken';
    t.test(`on ${name}: one that was ${of} and skipped keeps what came meanwhile`, async (t) => {
      const { database, begin, order, look, states, parts, clock } = await orderedFleet(t, open);
      const become = async (state: 'online' | 'offline', ...devices: string[]) => {
        const names = devices as DeviceId[];
        await database.updateTable('devices').set({ state }).where('device', 'in', names).execute();
      };
      const holds = () => parts.assignments.current(NAMES);
      const newer = { cargo: { ...ASKED.cargo, model: NEWER } };
      const first = await begin(newer);
      await order(first, 'start');
      await look(first);
      if (ended) {
        await order(first, 'pause');
        t.match(await order(first, 'promote'), { state: 'completed' });
      }
      await become('offline', 'a', 'b');
      clock.at += 1;
      const second = await begin({ priority: 1, atOnce: 1, offline: 'skip' });
      await order(second, 'start');
      await look(second);
      t.same(await states(second), { skipped: 2, told: 1 });
      await become('online', 'a', 'b');
      clock.at += 1;
      const third = await begin({ ...newer, target: { devices: ['a', 'b'] } });
      await order(third, 'start');
      await look(third);
      for (const { device, model, generation } of await holds()) {
        if (device !== 'c') await reports(database, device, { slot: { model, generation } });
      }
      await look(third);
      t.same(await states(third), { done: 2 });
      await order(third, 'pause');
      t.match(await order(third, 'promote'), { state: 'completed' });
      await look(second);
      t.same(await states(second), { pending: 2, told: 1 });
      await become('offline', 'a');
      const [, , c] = await holds();
      const slot = { model: NEW, generation: c?.generation };
      await reports(database, 'c', { slot });
      await look(second);
      t.same(await states(second), { skipped: 1, told: 1, done: 1 });
      t.match(await holds(), [{ model: NEWER }, { model: NEW }, { model: NEW }], 'offline again');
      await order(second, 'roll-back');
      await look(second);
      t.match(await holds(), [{ model: NEWER }, { model: NEWER }, { model: OLD }]);
    });
  }
}
