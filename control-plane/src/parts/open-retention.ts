import type { RetentionParts } from '../api/routes/retention.ts';
import { previewRetention } from '../retention/preview-retention.ts';
import { type Used, viewUsage } from '../retention/view-usage.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface RetentionContext extends Pick<Context, 'database' | 'retention'> {
  readonly store: Used['store'];
  readonly surroundings: Pick<Context['surroundings'], 'now'>;
  readonly time: RetentionParts['clock'] & BoundedTime;
}

/** What is kept how long, for those who ask and those who set it. */
export function openRetention(
  { database, store, retention, time, surroundings: { now } }: RetentionContext,
  disk: Used['disk'],
): RetentionParts {
  return {
    retention,
    clock: time,
    retentionUsage: () => viewUsage({ database, store, disk }),
    previewRetention: (settings, byClock) => {
      const at = byClock ? now() : time.earliest();
      return previewRetention({ database, store }, retention.boundsWith(settings), at);
    },
  };
}
