import type { TaskId } from '@edgeloop/protocol';
import type { SelectQueryBuilder } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { WithSaid } from './taken-back.ts';

/**
 * The samples of a task that have a label and were spoken of last, the latest first. By the order of
 * saying, not by time: a clock may be set.
 */
export const lastLabelled = (
  database: Database,
  task: TaskId,
  most: number,
): SelectQueryBuilder<WithSaid, 'said' | 'samples', object> =>
  database
    .selectFrom('label_events as said')
    .innerJoin('samples', 'samples.id', 'said.sample_id')
    .where('said.task', '=', task)
    .where('samples.label_state', '!=', 'unlabelled')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('label_events as later')
            .select('later.id')
            .whereRef('later.sample_id', '=', 'said.sample_id')
            .whereRef('later.id', '>', 'said.id'),
        ),
      ),
    )
    .orderBy('said.id', 'desc')
    .limit(most);
