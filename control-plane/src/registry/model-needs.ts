import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ACTIVE_STATES } from '../jobs/job-states.ts';

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
  return maker ? `it is the result of job ${job}, which goes on. Wait for the job` : null;
}
