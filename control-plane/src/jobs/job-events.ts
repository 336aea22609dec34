import type { EventKind } from '../events/event-kinds.ts';
import type { JobSummary } from '../resources/job.ts';

/** Where jobs tell what changed. */
export interface JobEvents {
  publish(event: {
    readonly kind: EventKind;
    readonly subject: Readonly<Record<string, string>>;
    readonly data: unknown;
  }): void;
}

export function tellJob(
  events: JobEvents,
  kind: 'job.changed' | 'job.progress',
  data: JobSummary,
): void {
  events.publish({ kind, subject: { job: data.job, task: data.task }, data });
}
