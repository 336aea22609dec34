import t from 'tap';
import { whoNeeds } from '../../../../control-plane/src/registry/model-needs.ts';
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
        ...{ cargo: { ...ASKED.cargo, model: NEWER }, target: { devices: ['a', 'b'] } },
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
    const [first, second] = [await begin(), await begin({ cargo: { ...ASKED.cargo, model: NEWER } })];
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
    await parts.database.updateTable('rollouts').set({ state: 'rolled-back' }).where('id', '=', second).execute();
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
}
