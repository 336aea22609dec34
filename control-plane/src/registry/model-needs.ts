import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ACTIVE_STATES } from '../jobs/job-states.ts';
import { UNDECIDED_STATES } from '../rollouts/states/rollout-states.ts';
import { findRollbackDevice } from '../rollouts/store/find-rollback-device.ts';

/** Why a model can't go: who of the control plane's own records needs it. Null: nobody does. */
export async function whoNeeds(database: Database, digest: Sha256): Promise<string | null> {
  const alias = await database
    .selectFrom('model_aliases')
    .select(['alias', 'task'])
    .where('digest', '=', digest)
    .executeTakeFirst();
  if (alias) return `it is ${alias.alias} of ${alias.task}. Let another be that first`;
  const jobs = await database
    .selectFrom('jobs')
    .select(['id', 'init'])
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  const start = jobs.find(({ init }) => JSON.parse(init).package === digest);
  if (start) return `job ${start.id} begins from it. Wait for the job or cancel it`;
  const { job } = await database
    .selectFrom('model_versions')
    .select('job')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  const maker = jobs.find(({ id }) => id === job);
  if (maker) return `it is the result of job ${job}, which goes on. Wait for the job`;
  return whoRollsItOut(database, digest);
}

/** What is on its way to devices, what they would go back to, and what they are told to run. */
async function whoRollsItOut(database: Database, digest: Sha256): Promise<string | null> {
  const rollout = await database
    .selectFrom('rollouts')
    .select('id')
    .where('cargo', '=', digest)
    .where('state', 'in', UNDECIDED_STATES)
    .executeTakeFirst();
  if (rollout)
    return `rollout ${rollout.id} brings it to devices. Wait for the rollout or abort it`;
  const back = await findRollbackDevice(database, digest);
  if (back) {
    const until = back.ended ? 'Bring another model there first' : 'Wait for the rollout';
    return `${back.device} would go back to it from rollout ${back.rollout}. ${until}`;
  }
  const assigned = await database
    .selectFrom('assignments')
    .select('device')
    .where('model', '=', digest)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return assigned ? `${assigned.device} is assigned it. Roll out another there first` : null;
}
