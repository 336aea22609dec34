import { nextRolloutState, type RolloutEvent } from '../states/rollout-states.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';

/** What a person may order. */
export const ORDERS = [
  ...(['approve', 'start', 'pause', 'resume', 'retry', 'promote', 'abort', 'roll-back'] as const),
];
export type Order = (typeof ORDERS)[number];

type Where = Pick<RolloutRow, 'state' | 'paused_from' | 'started_at'>;

/** Whether an order has a meaning where a rollout is. */
export function mayOrder(row: Where, order: Order): boolean {
  if (order === 'start') return row.state === 'scheduled';
  if (order === 'promote') {
    return row.started_at !== null && ['shadowing', 'baking', 'paused'].includes(row.state);
  }
  return leads(row, order) && (order !== 'roll-back' || row.started_at !== null);
}

const leads = ({ state, paused_from }: Where, event: RolloutEvent) =>
  nextRolloutState(state, event, paused_from) !== null;
