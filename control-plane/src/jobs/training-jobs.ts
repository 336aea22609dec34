import type { JobId } from '@edgeloop/protocol';
import type { JobTrigger, JobView, NewJob } from '../resources/job.ts';
import type { JobBell } from './job-bell.ts';
import { type JobEvents, tellJob } from './job-events.ts';
import type { JobStore } from './job-store.ts';
import { planJob } from './plan-job.ts';
import type { SettingsStore } from './settings-store.ts';
import type { TrainedModels } from './trained-models.ts';
import type { TrainingData } from './training-data.ts';

export interface TrainingJobsParts {
  readonly jobs: JobStore;
  readonly settings: SettingsStore;
  readonly data: TrainingData;
  readonly models: TrainedModels;
  readonly events: JobEvents;
  readonly bell: JobBell;
}

/** Jobs as people and triggers start and end them. */
export class TrainingJobs {
  readonly #parts: TrainingJobsParts;

  constructor(parts: TrainingJobsParts) {
    this.#parts = parts;
  }

  /**
   * @throws ControlPlaneError `NOT_FOUND` for a dataset that is not there, `REQUEST_INVALID` for a
   * recipe that every trainer would refuse, `DATASET_TOO_SMALL` for a dataset on which no training can
   * succeed, `JOB_ACTIVE`, `JOBS_TOO_MANY`
   */
  async create(asked: NewJob, createdBy: string, trigger: JobTrigger): Promise<JobView> {
    const { jobs, settings, data, models, bell } = this.#parts;
    const basis = {
      settings: await settings.view(asked.task),
      dataset: await data.dataset(asked.task, asked.datasetVersion ?? null),
      champion: await models.champion(asked.task),
      createdBy,
      trigger,
    };
    const job = await jobs.create(planJob(asked, basis));
    bell.ring();
    return this.#told(job);
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `JOB_ENDED` */
  async cancel(id: JobId, by: string): Promise<JobView> {
    await this.#parts.jobs.cancel(id, by);
    return this.#told(await this.#parts.jobs.view(id));
  }

  /**
   * @throws ControlPlaneError `NOT_FOUND`, `JOB_ENDED`, `JOB_ACTIVE`, `DATASET_TOO_SMALL` where
   * pictures of its dataset have gone since, and no training can succeed any more
   */
  async retry(id: JobId): Promise<JobView> {
    const { jobs, data, bell } = this.#parts;
    const { task, state, dataset } = await jobs.view(id);
    if (state === 'failed' || state === 'cancelled') await data.dataset(task, dataset.version);
    await jobs.retry(id);
    bell.ring();
    return this.#told(await jobs.view(id));
  }

  #told(job: JobView): JobView {
    tellJob(this.#parts.events, 'job.changed', job);
    return job;
  }
}
