import { type Finding, ok, warning } from '@edgeloop/findings';
import type { JobPage } from '../../../resources/job.ts';
import type { RolloutPage } from '../../../resources/rollout.ts';
import type { ApiClient } from '../../client/api-client.ts';

/** A trainer asks every few seconds. */
const PATIENCE = 10 * 60_000;

/** What does not go on by itself: jobs that no trainer takes, rollouts that wait for a person. */
export async function checkWaiting(api: ApiClient, now: number): Promise<readonly Finding[]> {
  const { jobs } = await api.askJson<JobPage>('GET /api/jobs', { query: { state: 'queued' } });
  const left = jobs.filter(
    ({ createdAt, notBefore }) => notBefore === null && now - Date.parse(createdAt) > PATIENCE,
  );
  const paused = await api.askJson<RolloutPage>('GET /api/rollouts', {
    query: { state: 'paused' },
  });
  const findings = [
    ...left.map(({ job, task }) =>
      warning(
        'jobs',
        `job ${job} of ${task} finds no trainer`,
        'edgeloop-trainer work --server URL',
      ),
    ),
    ...paused.rollouts.map(({ rollout, name, reason }) =>
      warning(
        'rollouts',
        `${name} is paused: ${reason ?? 'by hand'}`,
        `edgeloop rollouts show ${rollout}, then resume or roll-back`,
      ),
    ),
  ];
  return findings.length > 0 ? findings : [ok('waiting', 'no job and no rollout is stuck')];
}
