import t from 'tap';
import { JobStore } from '../../../control-plane/src/jobs/job-store.ts';
import { previewRollout } from '../../../control-plane/src/rollouts/preview-rollout.ts';
import { plannedJob } from '../jobs/stand/planned-job.ts';
import { DATABASES } from '../stand/databases.ts';
import { NEW } from './stand/models.ts';
import { ASKED, orderedFleet } from './stand/ordered-fleet.ts';

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: why the gate refused the model stands in the preview`, async (t) => {
    const { database, parts } = await orderedFleet(t, open);
    const reasons = async () => (await previewRollout(parts, ASKED)).gateReasons;
    t.same(await reasons(), [], 'it was pushed: no gate has judged it');
    const { task } = ASKED.cargo as Extract<typeof ASKED.cargo, { kind: 'model' }>;
    await new JobStore({ database, now: parts.now }).create(plannedJob({ task }));
    const judge = (passed: boolean) => {
      const checks = [
        { name: 'samples', passed: true, reason: 'Enough.', samplesNeeded: null },
        { name: 'champion', passed, reason: 'It gets 3 less.', samplesNeeded: null },
      ];
      const verdict = JSON.stringify({ passed, checks });
      return database.updateTable('jobs').set({ package: NEW, verdict }).execute();
    };
    await judge(true);
    t.same(await reasons(), []);
    await judge(false);
    t.same(await reasons(), ['It gets 3 less.']);
  });
}
