import type { OccurrenceId } from '@edgeloop/protocol';
import type { Decided } from './decision.ts';

/** The occurrences that begin with a decision. */
export const begunIn = (events: readonly Decided[]): readonly OccurrenceId[] =>
  events.flatMap((event) => (event.type === 'new' ? [event.occurrence] : []));
