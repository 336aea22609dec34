import type { EventKind } from '../events/event-kinds.ts';
import { JobSummary } from '../resources/job.ts';

/** Where jobs tell what changed. */
export interface JobEvents {
  publish(event: {
    readonly kind: EventKind;
    readonly subject: Readonly<Record<string, string>>;
    readonly data: unknown;
  }): void;
}

/**
 * Of a job. The newest thousand events are kept: what a view has beside it, such as every epoch,
 * would be kept as often.
 */
const TOLD = Object.keys(JobSummary.properties) as (keyof JobSummary)[];

/** @param job may be a whole view: its summary is told */
export function tellJob(
  events: JobEvents,
  kind: 'job.changed' | 'job.progress',
  job: JobSummary,
): void {
  const data = Object.fromEntries(TOLD.map((key) => [key, job[key]]));
  events.publish({ kind, subject: { job: job.job, task: job.task }, data });
}
