import type { RolloutPreview } from '../../../src/resources/rollout.ts';
import { api } from '../api/client.ts';

/** Who would be hit by a plan. @param plan as POST /api/rollouts takes it @throws Problem */
export const askPreview = (plan: object, signal: AbortSignal): Promise<RolloutPreview> =>
  api.post<RolloutPreview>('/api/rollouts/preview', plan, { signal, changesNothing: true });
