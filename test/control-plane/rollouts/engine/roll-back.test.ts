import type { DeviceId, Reported } from '@edgeloop/protocol';
import t from 'tap';
import { whoNeeds } from '../../../../control-plane/src/registry/model-needs.ts';
import { takeBack } from '../../../../control-plane/src/rollouts/engine/steps/take-back.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW, NEWER, OLD, TASK } from '../stand/models.ts';
import { ASKED, NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

const RUNS_NEW = { model: NEW, generation: 1 };
const RUNS_NEWER = { model: NEWER, generation: 2 };

for (const { name, open } of DATABASES) {
  t.test(
    `on ${name}: what a completed one would go back to stays, until a later one has moved its devices`,
    async (t) => {
      const { database, begin, order, look, complete } = await orderedFleet(t, open);
      const needed = () => whoNeeds(database, OLD);
      const first = await begin({ target: { devices: ['a', 'b'] } });
      await complete(first, RUNS_NEW);
      t.equal(
        await needed(),
        `a would go back to it from rollout ${first}. Bring another model there first`,
      );
      const second = await begin({
        cargo: { ...ASKED.cargo, model: NEWER },
        target: { devices: ['a', 'b'] },
      });
      await complete(second, RUNS_NEWER);
      t.equal(await needed(), null);
      await order(second, 'roll-back');
      await look(second);
      for (const device of NAMES) {
        await reports(database, device, { slot: { model: NEW, generation: 3 } });
      }
      await look(second);
      t.match(await needed(), `from rollout ${first}`, 'it is back where the first left it');
      await order(first, 'roll-back');
      t.match(await needed(), `from rollout ${first}. Wait for the rollout`);
    },
  );

  t.test(`on ${name}: what is rolled back is the champion no more`, async (t) => {
    const { begin, order, complete, parts, events } = await orderedFleet(t, open);
    const { aliases } = parts;
    const champion = () => aliases.resolve(TASK, 'champion');
    await aliases.set(OLD, 'champion', 'token:me');
    const [first, second] = [
      await begin(),
      await begin({ cargo: { ...ASKED.cargo, model: NEWER } }),
    ];
    const told: unknown[] = [];
    events.subscribe(({ kind, data }) => {
      if (kind === 'alias.changed') told.push(data);
    });
    await complete(first, RUNS_NEW);
    await complete(second, RUNS_NEWER);
    t.equal(await champion(), NEWER);
    await order(second, 'roll-back');
    t.equal(await champion(), NEW);
    t.same(told.at(-1), { alias: 'champion', from: NEWER, to: NEW });
    await parts.database
      .updateTable('rollouts')
      .set({ state: 'rolled-back' })
      .where('id', '=', second)
      .execute();
    await order(first, 'roll-back');
    t.equal(await champion(), OLD, 'the second is as if it had not been');
    const { changes } = await aliases.changes(TASK, { limit: 10 });
    t.same(
      changes.map(({ to, by }) => [to, by]),
      [
        [OLD, `rollout:${first}`],
        [NEW, `rollout:${second}`],
        [NEWER, `rollout:${second}`],
        [NEW, `rollout:${first}`],
        [OLD, 'token:me'],
      ],
    );
  });

  t.test(`on ${name}: a champion that a person has named since stays`, async (t) => {
    const { begin, order, complete, parts } = await orderedFleet(t, open);
    const { aliases } = parts;
    await aliases.set(OLD, 'champion', 'token:me');
    const rollout = await begin();
    await complete(rollout, RUNS_NEW);
    await aliases.set(NEWER, 'champion', 'token:me');
    await order(rollout, 'roll-back');
    t.equal(await aliases.resolve(TASK, 'champion'), NEWER);
  });

  t.test(`on ${name}: where there was no champion before, there is none again`, async (t) => {
    const { begin, order, complete, parts } = await orderedFleet(t, open);
    const rollout = await begin();
    await complete(rollout, RUNS_NEW);
    t.equal(await parts.aliases.resolve(TASK, 'champion'), NEW);
    await order(rollout, 'roll-back');
    t.equal(await parts.aliases.resolve(TASK, 'champion'), null);
  });

  t.test(
    `on ${name}: a configuration is taken back to what held, not to what was refused`,
    async (t) => {
      const { database, begin, order, look, assigned } = await orderedFleet(t, open);
      const since = '2026-11-24T00:00:00.000Z' as never;
      const report = (device: string, configuration: Reported['configuration'] & object) =>
        reports(database, device, { configuration });
      await report('a', { version: 4, state: 'reverted', since, kept: 3 });
      await report('b', { version: 4, state: 'refused', since, kept: null });
      // Of an agent that does not say it.
      await report('c', { version: 4, state: 'reverted', since });
      // It has the new one, and tries another: that is not to have it.
      await report('d', { version: 6, state: 'trying', since, kept: 5 });
      const rollout = await begin({ cargo: { kind: 'configuration', version: 5 } });
      await order(rollout, 'start');
      await look(rollout);
      t.same([...assigned.values()], [5, 5, 5, 5]);
      await order(rollout, 'roll-back');
      await look(rollout);
      t.same(Object.fromEntries(assigned), { a: 3, b: null, c: null, d: 5 });
    },
  );

  t.test(`on ${name}: a configuration that a person has set since stays`, async (t) => {
    const { database, begin, order, look, states, assigned, clock, parts } = await orderedFleet(
      t,
      open,
    );
    const since = '2026-11-24T00:00:00.000Z' as never;
    const report = (device: string, version: number) =>
      reports(database, device, { configuration: { version, state: 'applied', since } });
    for (const device of NAMES) await report(device, 3);
    const cargo = { kind: 'configuration', version: 5 };
    const rollout = await begin({ cargo });
    await order(rollout, 'start');
    await look(rollout);
    t.same([...assigned.values()], [5, 5, 5]);
    for (const device of NAMES) await report(device, 5);
    await look(rollout);
    await order(rollout, 'pause');
    t.match(await order(rollout, 'promote'), { state: 'completed' });
    // It was ahead, and was set.
    clock.at -= 1000;
    const [a, b, c] = NAMES as [DeviceId, DeviceId, DeviceId];
    assigned.set(a, 9);
    assigned.set(b, null);
    await order(rollout, 'roll-back');
    await look(rollout);
    t.same(Object.fromEntries(assigned), { [a]: 9, [b]: null, [c]: 3 });
    t.same(await states(rollout), { skipped: 2, 'rolling-back': 1 });
    const [kept] = await parts.reader.inState(rollout, ['skipped'], { throughWave: 0, limit: 1 });
    t.match(kept, { device: a, outcome: 'taken', reason: /A person has told it something else/ });
  });

  t.test(`on ${name}: what a person sets while devices are taken back stays`, async (t) => {
    const { begin, order, look, states, assigned, parts } = await orderedFleet(t, open);
    const rollout = await begin({ cargo: { kind: 'configuration', version: 5 } });
    await order(rollout, 'start');
    await look(rollout);
    await order(rollout, 'roll-back');
    const [a, b, c] = NAMES as [DeviceId, DeviceId, DeviceId];
    const laneOf: typeof parts.laneOf = (cargo) => {
      const lane = parts.laneOf(cargo);
      return {
        ...lane,
        async prepare(...given) {
          const prepared = await lane.prepare(...given);
          assigned.set(a, 7);
          return prepared;
        },
      };
    };
    await takeBack({ ...parts, laneOf }, await parts.reader.find(rollout));
    t.same(Object.fromEntries(assigned), { [a]: 7, [b]: null, [c]: null });
    t.same(await states(rollout), { skipped: 1, 'rolling-back': 2 });
    const [kept] = await parts.reader.inState(rollout, ['skipped'], { throughWave: 0, limit: 1 });
    t.match(kept, { device: a, outcome: 'taken', generation: 5 });
  });

  for (const how of ['taken', 'left']) {
    t.test(`on ${name}: what a person set on one that was ${how} comes back`, async (t) => {
      const { database, begin, order, look, assigned, clock, parts } = await orderedFleet(t, open);
      const since = '2026-11-24T00:00:00.000Z' as never;
      const configuration = { version: 1, state: 'applied', since } as const;
      for (const device of NAMES) await reports(database, device, { configuration });
      const first = await begin({ cargo: { kind: 'configuration', version: 2 } });
      await order(first, 'start');
      await look(first);
      const [a, b, c] = NAMES as [DeviceId, DeviceId, DeviceId];
      assigned.set(a, 7);
      if (how === 'left') {
        await order(first, 'roll-back');
        await look(first);
        assigned.set(b, 7);
        clock.at += 5000;
        await look(first);
        t.match(await parts.reader.find(first), { state: 'rolled-back' });
      }
      if (how === 'taken') assigned.set(b, null);
      const cargo = { kind: 'configuration', version: 3 };
      const second = await begin({ cargo, priority: 1 });
      await order(second, 'start');
      clock.at += 1000;
      await look(second);
      t.same([...assigned.values()], [3, 3, 3]);
      await order(second, 'roll-back');
      await look(second);
      const set = how === 'taken' ? null : 7;
      t.same(Object.fromEntries(assigned), { [a]: 7, [b]: set, [c]: 1 });
    });
  }

  t.test(`on ${name}: what a person set comes back, also unheard, but not refused`, async (t) => {
    const { database, begin, order, look, assigned } = await orderedFleet(t, open);
    const since = '2026-11-24T00:00:00.000Z' as never;
    const says = (device: string, configuration: Reported['configuration'] & object) =>
      reports(database, device, { configuration });
    const [a, b, c] = NAMES as [DeviceId, DeviceId, DeviceId];
    for (const device of NAMES) assigned.set(device, 7);
    await says(a, { version: 1, state: 'applied', since });
    await says(b, { version: 7, state: 'trying', since, kept: 1 });
    await says(c, { version: 7, state: 'refused', since, kept: 1 });
    const rollout = await begin({ cargo: { kind: 'configuration', version: 3 } });
    await order(rollout, 'start');
    await look(rollout);
    t.same([...assigned.values()], [3, 3, 3]);
    await order(rollout, 'roll-back');
    await look(rollout);
    t.same(Object.fromEntries(assigned), { [a]: 7, [b]: 7, [c]: 1 });
  });

  t.test(
    `on ${name}: devices that a later one left as they were go back, and what that needs stays`,
    async (t) => {
      const { database, begin, order, look, complete, states, parts } = await orderedFleet(t, open);
      const first = await begin();
      await complete(first, RUNS_NEW);
      const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER } });
      await order(second, 'start');
      await look(second);
      const update = { model: NEWER, generation: 2, state: 'reverted', since: 's', attempts: 1 };
      await reports(database, 'a', { slot: RUNS_NEWER });
      await reports(database, 'b', { slot: { ...RUNS_NEW, update } });
      await look(second);
      await order(second, 'abort');
      t.same(await states(second), { done: 1, failed: 1, 'rolling-back': 1 });
      t.match(await whoNeeds(database, OLD), `b would go back to it from rollout ${first}`);
      await order(first, 'roll-back');
      await look(first);
      t.same(await states(first), { skipped: 1, 'rolling-back': 2 });
      t.same(await states(second), { done: 1, failed: 1, skipped: 1 }, 'nobody waits for it twice');
      const holds = await parts.assignments.current(NAMES);
      t.same(
        holds.map(({ model }) => model),
        [NEWER, OLD, OLD],
      );
    },
  );
}
