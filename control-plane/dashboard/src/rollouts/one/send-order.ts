import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { Order } from '../../../../src/rollouts/orders/order.ts';
import { api, ask, isProblem } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { ROLLOUT_STATES } from '../words/rollout-states.ts';
import { isWhere } from './orders.ts';

const TRIES = 4;

/**
 * Sends an order, if the rollout is where it was seen. Its devices move on meanwhile: then it is
 * looked at again.
 * @param seen as it was when the person decided
 * @throws Problem, or Error in words where it has moved on
 */
export async function sendOrder(seen: RolloutView, order: Order, reason: string): Promise<void> {
  const url = path`/api/rollouts/${seen.rollout}`;
  for (let left = TRIES; ; left--) {
    const { body: now, etag } = await ask<RolloutView>('GET', url);
    if (!isWhere(seen, now)) throw movedOn(now);
    const body = reason.trim() === '' ? {} : { reason: reason.trim() };
    try {
      await api.post(`${url}/${order}`, body, { ifMatch: left > 0 ? etag : null });
      return;
    } catch (error) {
      if (left === 0 || !isProblem(error, 'PRECONDITION_FAILED')) throw error;
    }
  }
}

const movedOn = ({ state, wave }: RolloutView) =>
  new Error(
    `It has moved on meanwhile: it is ${ROLLOUT_STATES[state].word}, in wave ${wave + 1}. Nothing was done. Close this, and look again.`,
  );
