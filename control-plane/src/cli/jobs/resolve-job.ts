import type { JobId } from '@edgeloop/protocol';
import type { JobPage } from '../../resources/job.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type IdKind, resolveId, UUID_FORM } from '../client/resolve-id.ts';

const JOB: IdKind<JobId> = {
  ...UUID_FORM,
  one: 'a job',
  list: 'edgeloop jobs list',
  find: async (api, job, limit) => {
    const { jobs } = await api.askJson<JobPage>('GET /api/jobs', { query: { job, limit } });
    return jobs.map(({ job: id, task, state }) => ({ id, about: `${task}, ${state}` }));
  },
};

/** The id of a job. @throws ControlPlaneError as `resolveId` */
export const resolveJob = (api: ApiClient, text: string): Promise<JobId> =>
  resolveId(api, JOB, text);
