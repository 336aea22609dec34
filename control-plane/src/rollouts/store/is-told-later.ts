import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { SKIPPED_AS_BEFORE } from '../states/device-outcome.ts';
import { AS_BEFORE_STATES } from '../states/device-states.ts';

/** A query of a device in two rollouts of one lane. */
type WithBoth = Tables & {
  readonly ours: Tables['rollout_devices'];
  readonly theirs: Tables['rollout_devices'];
};
type OfBoth = ExpressionBuilder<WithBoth, 'ours' | 'theirs'>;

/**
 * Whether theirs told the device something after ours did. By the order of moves and not by time: a
 * clock may be set. Nor by when rollouts started: who was offline at first may be told by the
 * earlier one after the later one. What ours left untold was left to others from then on.
 */
export const isToldLater = (is: OfBoth): Expression<SqlBool> =>
  is('theirs.told_number', '>', is.fn.coalesce('ours.told_number', 'ours.move_number'));

/** Whether theirs has not left the device as it was. */
export const hasChanged = (is: OfBoth): Expression<SqlBool> =>
  is.and([
    is('theirs.state', 'not in', AS_BEFORE_STATES),
    is.not(
      is.and([is('theirs.state', '=', 'skipped'), is('theirs.outcome', 'in', SKIPPED_AS_BEFORE)]),
    ),
  ]);
