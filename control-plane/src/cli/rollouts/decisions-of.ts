import type { DecisionPage } from '../../resources/rollout.ts';
import type { ApiClient } from '../client/api-client.ts';
import { collectPages } from '../client/collect-pages.ts';

/** Every decision of a rollout, oldest first. */
export async function decisionsOf(
  api: ApiClient,
  rollout: string,
): Promise<DecisionPage['decisions']> {
  const { decisions } = await collectPages<DecisionPage>(
    api,
    'GET /api/rollouts/{rollout}/decisions',
    'decisions',
    { limit: Number.POSITIVE_INFINITY, path: { rollout } },
  );
  return decisions;
}
