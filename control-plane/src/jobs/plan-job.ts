import type { JobInit, Sha256 } from '@edgeloop/protocol';
import type { JobTrigger, NewJob } from '../resources/job.ts';
import type { PlannedJob } from './job-store.ts';
import type { DatasetReference } from './training-data.ts';
import type { TrainingSettings } from './training-settings.ts';

/** What a job is planned from, beside what is said of it. */
export interface JobBasis {
  readonly settings: TrainingSettings;
  readonly dataset: DatasetReference;
  readonly champion: Sha256 | null;
  readonly createdBy: string;
  readonly trigger: JobTrigger;
}

/** Settles what a job says and what the task's settings say. */
export function planJob(
  asked: NewJob,
  { settings, dataset, champion, createdBy, trigger }: JobBasis,
): PlannedJob {
  return {
    ...{ task: asked.task, trigger, createdBy },
    dataset: { version: dataset.version, fingerprint: dataset.fingerprint },
    priority: asked.priority ?? settings.priority,
    recipe: { ...settings.recipe, ...asked.recipe },
    init: settleInit(asked.init ?? settings.init, champion),
    requires: asked.requires ?? settings.requires,
    gate: asked.gate ?? settings.gate,
    maxAttempts: asked.maxAttempts ?? settings.maxAttempts,
  };
}

/** Pinned when the job is made: a checkpoint goes on only from what its training began with. */
function settleInit(init: TrainingSettings['init'], champion: Sha256 | null): JobInit {
  if (init !== 'champion') return init;
  return champion === null ? { kind: 'random' } : { kind: 'model', package: champion };
}
