import type { OrderList, RolloutView } from '../../../../src/resources/rollout.ts';
import type { Order } from '../../../../src/rollouts/orders/order.ts';

export type OrderEffect = OrderList['orders'][number];

interface OrderWords {
  readonly label: string;
  /** A key that opens it. */
  readonly key?: string;
  /** What takes something away is typed. */
  readonly typed?: string;
}

export const ORDERS: Readonly<Record<Order, OrderWords>> = {
  approve: { label: 'Approve' },
  start: { label: 'Start now' },
  pause: { label: 'Pause', key: 'p' },
  resume: { label: 'Resume', key: 'p' },
  retry: { label: 'Retry failed' },
  promote: { label: 'Promote' },
  abort: { label: 'Abort', typed: 'abort' },
  'roll-back': { label: 'Roll back', key: 'b', typed: 'roll back' },
};

export type Offered = OrderEffect & { readonly order: Order };

/**
 * Those that would do something, as buttons stand: what takes something away last.
 * @param mayOrder whether who looks may order anything at all
 */
export function offeredOrders(
  effects: readonly OrderEffect[],
  mayOrder: boolean,
): readonly Offered[] {
  if (!mayOrder) return [];
  return (Object.keys(ORDERS) as Order[]).flatMap((order) => {
    const effect = effects.find((one) => one.order === order);
    if (!effect || (order === 'retry' && effect.devices === 0)) return [];
    return [{ ...effect, order }];
  });
}

type Where = Pick<RolloutView, 'state' | 'wave' | 'pausedFrom'>;

/**
 * Whether it is still where somebody saw it when they decided: counts may move, what an order means
 * may not.
 */
export const isWhere = (seen: Where, now: Where): boolean =>
  seen.state === now.state && seen.wave === now.wave && seen.pausedFrom === now.pausedFrom;
