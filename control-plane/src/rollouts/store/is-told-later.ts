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
 * Of a slot: whether both told the device a model, and theirs is the later. By the generations of
 * assignments, which rise, and not by time: a clock may be set.
 */
export const isToldLater = (is: OfBoth): Expression<SqlBool> =>
  is.and([
    is('ours.told_at', 'is not', null),
    is('theirs.told_at', 'is not', null),
    is('theirs.generation', '>', is.ref('ours.generation')),
  ]);

/** Whether theirs has not left the device as it was. */
export const hasChanged = (is: OfBoth): Expression<SqlBool> =>
  is.and([
    is('theirs.state', 'not in', AS_BEFORE_STATES),
    is.not(
      is.and([is('theirs.state', '=', 'skipped'), is('theirs.outcome', 'in', SKIPPED_AS_BEFORE)]),
    ),
  ]);
