import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/**
 * What retention may remove: nobody labelled it, no dataset has it, nobody looks at it now.
 * Everything else stays, however old.
 */
export const removableSamples = (database: Database, now: EpochMillis) =>
  database
    .selectFrom('samples')
    .where('label_state', '=', 'unlabelled')
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('dataset_samples')
            .select('dataset_samples.sha256')
            .whereRef('dataset_samples.sha256', '=', 'samples.sha256')
            .whereRef('dataset_samples.task', '=', 'samples.task'),
        ),
      ),
    );
