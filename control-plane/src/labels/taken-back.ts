import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** A query whose rows are events under the name `said`. */
export type WithSaid = Tables & { readonly said: Tables['label_events'] };

/** Who said it took it back later. */
export function isTakenBack({
  exists,
  selectFrom,
}: ExpressionBuilder<WithSaid, 'said'>): Expression<SqlBool> {
  return exists(
    selectFrom('label_events as undo')
      .select('undo.id')
      .whereRef('undo.sample_id', '=', 'said.sample_id')
      .whereRef('undo.undoes', '=', 'said.id'),
  );
}
