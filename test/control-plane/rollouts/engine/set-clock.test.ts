import { epochMillis, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { whoNeeds } from '../../../../control-plane/src/registry/model-needs.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW, NEWER, OLD } from '../stand/models.ts';
import { ASKED, NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

for (const { name, open } of DATABASES) {
  t.test(
    `on ${name}: devices that a later one moved stay, also by a clock that was set back`,
    async (t) => {
      const { database, begin, order, look, complete, states, clock, parts } = await orderedFleet(
        t,
        open,
      );
      const first = await begin();
      await complete(first, { model: NEW, generation: 1 });
      clock.at -= 3_600_000;
      const second = await begin({ cargo: { ...ASKED.cargo, model: NEWER } });
      await complete(second, { model: NEWER, generation: 2 });
      t.equal(await whoNeeds(database, OLD), null, 'nobody would go back to it');
      await order(first, 'roll-back');
      await look(first);
      t.same(await states(first), { skipped: 3 });
      const holds = await parts.assignments.current(NAMES);
      t.match(holds, Array(3).fill({ model: NEWER, rollout: second }));
    },
  );

  t.test(`on ${name}: so do those that a later one brought another configuration`, async (t) => {
    const { database, begin, order, look, states, clock, parts, assigned } = await orderedFleet(
      t,
      open,
    );
    /** From its start until it is completed. */
    const bring = async (version: number) => {
      const rollout = await begin({ cargo: { kind: 'configuration', version } });
      await order(rollout, 'start');
      await look(rollout);
      const configuration = {
        version,
        state: 'applied',
        since: timestamp(epochMillis(1)),
      } as const;
      for (const device of NAMES) await reports(database, device, { configuration });
      for (let step = 0; step < 3; step++) {
        await look(rollout);
        clock.at += 1000;
      }
      t.match(await parts.reader.find(rollout), { state: 'completed' });
      return rollout;
    };
    const first = await bring(1);
    clock.at -= 3_600_000;
    await bring(2);
    await order(first, 'roll-back');
    await look(first);
    t.same(await states(first), { skipped: 3 });
    t.same([...assigned.values()], [2, 2, 2]);
  });
}
