import type { JobId, LeaseId, Sha256, TaskId } from '@edgeloop/protocol';
import type { JobState } from './job-states.ts';

/** Times are milliseconds since 1970, objects JSON. */
interface JobsTable {
  id: JobId;
  task: TaskId;
  state: JobState;
  /** Of task and dataset while the job is active, else null: unique, so there is one at a time. */
  active_key: string | null;
  priority: number;
  created_at: number;
  created_by: string;
  trigger_json: string;
  dataset_version: number;
  dataset_fingerprint: Sha256;
  recipe: string;
  init: string;
  gate: string;
  requires: string;
  attempts: number;
  max_attempts: number;
  not_before: number;
  lease_id: LeaseId | null;
  lease_expires_at: number | null;
  trainer: string | null;
  started_at: number | null;
  ended_at: number | null;
  progress: string | null;
  epochs: string;
  reason: string | null;
  package: Sha256 | null;
  verdict: string | null;
  log_lines: number;
}

interface JobLogsTable {
  job_id: JobId;
  /** From 1, without gaps. */
  line: number;
  at: number;
  text: string;
}

/** Artifacts of jobs: those of the last checkpoint, and what is on its way. */
interface JobFilesTable {
  job_id: JobId;
  sha256: Sha256;
  bytes: number;
  begun_at: number;
  /** Of the checkpoint; null: it is not part of it. */
  path: string | null;
  taken_at: number | null;
}

/** How a task is trained when nobody says otherwise, and what starts a training. */
interface TrainingSettingsTable {
  task: TaskId;
  settings: string;
  changed_at: number;
  /** When its schedule was last looked at: what came due since is due. */
  schedule_seen_at: number;
  /** JSON: `TriggerTry`; null: no trigger tried to start a training yet. */
  last_try: string | null;
}

/** What scores a device's model gives, hour by hour. */
interface ScoreDriftTable {
  device: string;
  model: Sha256;
  state: string;
  changed_at: number;
  /** When a drift was last told. */
  told_at: number | null;
}

export interface JobTables {
  jobs: JobsTable;
  job_logs: JobLogsTable;
  job_files: JobFilesTable;
  training_settings: TrainingSettingsTable;
  score_drift: ScoreDriftTable;
}

export type JobRow = { [Column in keyof JobsTable]: JobsTable[Column] };
