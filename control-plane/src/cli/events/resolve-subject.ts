import type { ApiClient } from '../client/api-client.ts';
import { resolveJob } from '../jobs/resolve-job.ts';
import { resolveRollout } from '../rollouts/resolve-rollout.ts';

interface Subject {
  readonly job?: string;
  readonly rollout?: string;
}

/**
 * What events are to be about, with the ids whole: the server compares all of them.
 * @throws ControlPlaneError as `resolveId`
 */
export async function resolveSubject<Asked extends Subject>(
  api: ApiClient,
  asked: Asked,
): Promise<Asked> {
  const { job, rollout } = asked;
  return {
    ...asked,
    ...(job !== undefined && { job: await resolveJob(api, job) }),
    ...(rollout !== undefined && { rollout: await resolveRollout(api, rollout) }),
  };
}
