import t from 'tap';
import { lookAtRollout } from '../../../../control-plane/src/rollouts/engine/look-at-rollout.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { NEW } from '../stand/models.ts';
import { NAMES, orderedFleet } from '../stand/ordered-fleet.ts';
import { oneWave } from '../stand/running-fleet.ts';

const HOUR = 3_600_000;

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: a wave that nobody is in is not watched for its time`, async (t) => {
    const { database, begin, order, look, parts, clock } = await orderedFleet(t, open);
    const everybody = oneWave({ size: { count: NAMES.length } });
    const nobody = oneWave({ bakeMillis: HOUR });
    const rollout = await begin({ waves: [...everybody, ...nobody] });
    await order(rollout, 'start');
    await look(rollout);
    const slot = { model: NEW, generation: 1 };
    for (const device of NAMES) await reports(database, device, { slot });
    for (let round = 0; round < 6; round++) {
      await look(rollout);
      clock.at += 1000;
      const row = await parts.reader.find(rollout);
      if (row.state === 'completed') break;
      await lookAtRollout(parts, row, { among: null, judge: true });
    }
    t.match(await parts.reader.find(rollout), { state: 'completed', wave: 1 });
  });
}
