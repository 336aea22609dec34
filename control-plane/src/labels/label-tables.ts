import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';
import type { LabelEvent } from './label-event.ts';

interface LabelEventsTable {
  id: Generated<number>;
  sample_id: number;
  task: TaskId;
  said_by: string;
  said_at: EpochMillis;
  settles: 0 | 1;
  kind: LabelEvent['kind'];
  /** Of kind `class`. */
  class: string | null;
  /** Of kind `undo`. */
  undoes: number | null;
  /** An import brought it: nobody said it by hand. */
  imported: Generated<0 | 1>;
}

export interface LabelTables {
  label_events: LabelEventsTable;
}
