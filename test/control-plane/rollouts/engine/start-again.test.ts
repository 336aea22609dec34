import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { SHADOW_WAVE } from '../../../../control-plane/src/rollouts/engine/shadow-wave.ts';
import { startRollout } from '../../../../control-plane/src/rollouts/engine/steps/start-rollout.ts';
import { StoredMeasures } from '../../../../control-plane/src/rollouts/measure/stored-measures.ts';
import { DATABASES } from '../../stand/databases.ts';
import { reports } from '../stand/engine-parts.ts';
import { TASK } from '../stand/models.ts';
import { orderedFleet } from '../stand/ordered-fleet.ts';

const HOUR = 3_600_000;

for (const { name, open } of DATABASES) {
  t.test(
    `on ${name}: a shadow is measured from the start that went through, on the devices of then`,
    async (t) => {
      const { database, begin, order, parts, clock } = await orderedFleet(t, open);
      const measures = new StoredMeasures({
        database,
        store: { read: async () => [] as never },
        findTask: async () => TASK,
        now: () => epochMillis(clock.at),
      });
      Object.assign(parts, { measures });
      const shadow = { devices: 'first wave', every: 1, forMillis: HOUR };
      const rollout = await begin({ shadow });
      const row = await parts.reader.find(rollout);
      t.equal(
        await startRollout(parts, { ...row, revision: row.revision - 1 }, 'me'),
        null,
        'somebody else was first',
      );
      clock.at += HOUR;
      await reports(database, 'd');
      await order(rollout, 'start');
      const windows = await database.selectFrom('wave_windows').selectAll().execute();
      t.match(windows, [{ rollout, wave: SHADOW_WAVE, begun_at: clock.at }]);
      const measured = await database.selectFrom('wave_baselines').select('side').execute();
      t.same(measured, Array(4).fill({ side: 'wave' }));
    },
  );
}
