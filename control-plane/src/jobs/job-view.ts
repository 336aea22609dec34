import { timestamp } from '@edgeloop/protocol';
import type { JobSummary, JobView } from '../resources/job.ts';
import { LEASED_STATES } from './job-states.ts';
import type { JobRow } from './job-tables.ts';

/** A job as the API gives it in lists. */
export function summaryOf(row: JobRow): JobSummary {
  const verdict = row.verdict === null ? null : JSON.parse(row.verdict);
  return {
    job: row.id,
    task: row.task,
    state: row.state,
    priority: row.priority,
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
    trigger: JSON.parse(row.trigger_json),
    dataset: { version: row.dataset_version, fingerprint: row.dataset_fingerprint },
    requires: JSON.parse(row.requires),
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    notBefore: row.state === 'queued' && row.not_before > 0 ? timestamp(row.not_before) : null,
    trainer: row.trainer,
    startedAt: time(row.started_at),
    endedAt: time(row.ended_at),
    progress: isHeld(row) && row.progress !== null ? JSON.parse(row.progress) : null,
    reason: row.reason,
    package: row.package,
    candidate: verdict?.passed ?? null,
  };
}

/** @param checkpointAt when the checkpoint was taken that another trainer would go on from */
export function viewOf(row: JobRow, checkpointAt: number | null): JobView {
  return {
    ...summaryOf(row),
    recipe: JSON.parse(row.recipe),
    init: JSON.parse(row.init),
    leaseExpiresAt: time(row.lease_expires_at),
    epochs: JSON.parse(row.epochs),
    checkpointAt: time(checkpointAt),
    gate: JSON.parse(row.gate),
    verdict: row.verdict === null ? null : JSON.parse(row.verdict),
  };
}

/** What the trainer said last is no progress of a job that has ended, or waits for another. */
const isHeld = ({ state }: JobRow) => LEASED_STATES.some((held) => held === state);

const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
