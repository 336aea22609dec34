import type { RolloutPage } from '../../resources/rollout.ts';
import type { RolloutId } from '../../rollouts/rollout-id.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type IdKind, resolveId, UUID_FORM } from '../client/resolve-id.ts';

const ROLLOUT: IdKind<RolloutId> = {
  ...UUID_FORM,
  one: 'a rollout',
  list: 'edgeloop rollouts list',
  find: async (api, rollout, limit) => {
    const query = { rollout, limit };
    const { rollouts } = await api.askJson<RolloutPage>('GET /api/rollouts', { query });
    return rollouts.map(({ rollout: id, name, state }) => ({ id, about: `${name}, ${state}` }));
  },
};

/** The id of a rollout. @throws ControlPlaneError as `resolveId` */
export const resolveRollout = (api: ApiClient, text: string): Promise<RolloutId> =>
  resolveId(api, ROLLOUT, text);
