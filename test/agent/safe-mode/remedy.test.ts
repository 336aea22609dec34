import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { Remedy } from '../../../agent/src/safe-mode/remedy.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';

const one = { version: 1, settings: { log: { level: 'debug' } } };
const two = { version: 2, settings: {} };

t.test('settings that ran before are none that a person has just chosen', async (t) => {
  const folder = t.testdir({ 'configuration.json': 'damaged' });
  const calls = { taken: 0, reports: 0 };
  const create = async () => {
    const remedy = new Remedy({
      folder,
      check: async () => {},
      now: () => epochMillis(MIDNIGHT),
      onTaken: () => {
        calls.taken += 1;
      },
      onReport: () => {
        calls.reports += 1;
      },
    });
    await remedy.start();
    return remedy;
  };
  const remedy = await create();
  remedy.receive(one);
  t.same([remedy.report, calls.taken], [null, 0], 'not known whether it ran');
  remedy.receive({ ...one, heard: true });
  t.match(remedy.report, { version: 1, state: 'applied' });
  t.same(calls, { taken: 0, reports: 1 });
  remedy.receive(two);
  await until(() => calls.taken === 1);

  const desired = { version: 3, configuration: { ...one, heard: true } };
  writeFileSync(join(folder, 'desired.json'), JSON.stringify(desired));
  t.match((await create()).report, { version: 1, state: 'applied' });
});
