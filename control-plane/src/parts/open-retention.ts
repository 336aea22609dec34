import type { RetentionParts } from '../api/routes/retention.ts';
import { previewRetention } from '../retention/preview-retention.ts';
import { type Used, viewUsage } from '../retention/view-usage.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface RetentionContext extends Pick<Context, 'database' | 'retention'> {
  readonly store: Used['store'];
  readonly surroundings: Pick<Context['surroundings'], 'now'>;
}

/** What is kept how long, for those who ask and those who set it. */
export function openRetention(
  { database, store, retention, surroundings: { now } }: RetentionContext,
  disk: Used['disk'],
): RetentionParts {
  return {
    retention,
    retentionUsage: () => viewUsage({ database, store, disk }),
    previewRetention: (settings) =>
      previewRetention({ database, store }, retention.boundsWith(settings), now()),
  };
}
