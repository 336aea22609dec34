import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { ConfigurationAssignmentStore } from '../../../../control-plane/src/configuration/configuration-assignment-store.ts';
import { ConfigurationStore } from '../../../../control-plane/src/configuration/configuration-store.ts';
import { configurationPort } from '../../../../control-plane/src/parts/open-configurations.ts';
import { configurationLane } from '../../../../control-plane/src/rollouts/lanes/configuration-lane.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NAMES, orderedFleet } from '../stand/ordered-fleet.ts';

const SINCE = '2026-11-24T00:00:00.000Z' as never;
const VERSIONS = ['before', 'by hand', 'first', 'second', 'third'];

for (const { name, open } of DATABASES) {
  t.test(
    `on ${name}: what a person set stays where a rollout took the device, told it nothing, and was rolled back`,
    async (t) => {
      const { database, begin, order, look, states, parts, clock } = await orderedFleet(t, open);
      const now = () => epochMillis(clock.at);
      const configurations = new ConfigurationStore({ database, now });
      for (const configuration of VERSIONS) {
        await configurations.create({ configuration, settings: {} }, 'me');
      }
      const assignments = new ConfigurationAssignmentStore({ database, now });
      const models = parts.laneOf;
      Object.assign(parts, {
        laneOf: (cargo: Parameters<typeof models>[0]) =>
          cargo.kind === 'model'
            ? models(cargo)
            : configurationLane(configurationPort(assignments), cargo.version),
      });
      const held = async () => [...(await assignments.assigned(NAMES)).values()];
      for (const device of NAMES) {
        await reports(database, device, {
          configuration: { version: 1, state: 'applied', since: SINCE },
        });
      }
      const third = await begin({ cargo: { kind: 'configuration', version: 5 } });
      for (const device of NAMES) await assignments.assign(device, 2, 'token:me');
      const first = await begin({ cargo: { kind: 'configuration', version: 3 } });
      await order(first, 'start');
      await look(first);
      t.same(await held(), [3, 3, 3]);
      const cargo = { kind: 'configuration', version: 4 };
      const second = await begin({ cargo, priority: 1 });
      await order(second, 'start');
      await order(second, 'roll-back');
      await look(second);
      t.same(await held(), [2, 2, 2], 'what a person set is brought back by who told them nothing');
      await order(first, 'abort');
      clock.at += 10_000;
      await look(second);
      await order(third, 'start');
      await look(third);
      t.same(await held(), [2, 2, 2]);
      t.same(await states(third), { skipped: 3 });
      const kept = await parts.reader.inState(third, ['skipped'], { throughWave: 0, limit: 3 });
      t.match(kept, Array(3).fill({ outcome: 'taken', reason: /A person has told it/ }));
    },
  );
}
