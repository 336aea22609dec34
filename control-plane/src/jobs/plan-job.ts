import { type JobInit, type JobRecipe, recipeMistake, type Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
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

/**
 * Settles what a job says and what the task's settings say.
 * @throws ControlPlaneError `REQUEST_INVALID` for a recipe that every trainer would refuse
 */
export function planJob(
  asked: NewJob,
  { settings, dataset, champion, createdBy, trigger }: JobBasis,
): PlannedJob {
  return {
    task: asked.task,
    trigger,
    createdBy,
    dataset: { version: dataset.version, fingerprint: dataset.fingerprint },
    priority: asked.priority ?? settings.priority,
    recipe: checkedRecipe({ ...settings.recipe, ...asked.recipe }),
    init: settleInit(asked.init ?? settings.init, champion),
    requires: asked.requires ?? settings.requires,
    gate: asked.gate ?? settings.gate,
    maxAttempts: asked.maxAttempts ?? settings.maxAttempts,
  };
}

/** @throws ControlPlaneError `REQUEST_INVALID` for one that every trainer would refuse */
export function checkedRecipe(recipe: JobRecipe): JobRecipe {
  const mistake = recipeMistake(recipe);
  if (mistake) throw new ControlPlaneError('REQUEST_INVALID', `In the recipe: ${mistake}`);
  return recipe;
}

/** Pinned when the job is made: a checkpoint goes on only from what its training began with. */
function settleInit(init: TrainingSettings['init'], champion: Sha256 | null): JobInit {
  if (init !== 'champion') return init;
  return champion === null ? { kind: 'random' } : { kind: 'model', package: champion };
}
