import type { EpochMillis } from '@edgeloop/protocol';

/**
 * The time, which is surely between the two: what was surely not yet then is as old as `earliest`
 * says, at least. For what is removed by its age: it is stamped with `latest` when it comes, and
 * judged by `earliest`.
 */
export interface BoundedTime {
  earliest(): EpochMillis;
  latest(): EpochMillis;
}
