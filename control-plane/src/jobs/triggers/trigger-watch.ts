import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { ControlPlaneError } from '../../errors.ts';
import type { JobTrigger } from '../../resources/job.ts';
import type { DeviceDrift } from '../drift/drift-watch.ts';
import type { JobStore } from '../job-store.ts';
import type { SettingsStore, TaskSettings } from '../settings-store.ts';
import type { TrainingData } from '../training-data.ts';
import type { TrainingJobs } from '../training-jobs.ts';
import { dueTrigger } from './due-trigger.ts';

export interface TriggerWatchParts {
  readonly settings: SettingsStore;
  readonly jobs: JobStore;
  readonly trainingJobs: TrainingJobs;
  readonly data: TrainingData;
  readonly drifting: () => readonly DeviceDrift[];
  readonly now: () => EpochMillis;
  readonly log: Logger;
}

/** Starts trainings that no one asked for by hand. */
export class TriggerWatch {
  readonly #parts: TriggerWatchParts;

  constructor(parts: TriggerWatchParts) {
    this.#parts = parts;
  }

  /** Each task for itself: what keeps one from training does not keep another. */
  async look(): Promise<void> {
    const { settings, log } = this.#parts;
    for (const task of await settings.list()) {
      try {
        await this.#lookAt(task);
      } catch (error) {
        if (!(error instanceof ControlPlaneError)) throw error;
        log.warn({ task: task.task, error: error.message }, 'no training was started');
      }
    }
  }

  async #lookAt({ task, settings, scheduleSeenAt }: TaskSettings): Promise<void> {
    const { jobs, data, drifting } = this.#parts;
    // What comes due while one is active is due when it ends.
    if (await jobs.isActive(task)) return;
    const now = this.#parts.now();
    const trigger = dueTrigger(settings, {
      ...{ now, scheduleSeenAt, newLabels: await data.newLabels(task) },
      drifts: drifting().filter((drift) => drift.task === task),
    });
    if (!trigger) return;
    await this.#start(task, trigger);
    if (trigger.kind === 'schedule') await this.#parts.settings.seeSchedule(task, now);
  }

  async #start(task: TaskId, trigger: JobTrigger): Promise<void> {
    const { jobs, data, trainingJobs, log } = this.#parts;
    const by = `trigger:${trigger.kind}`;
    const { version, fingerprint } = await data.freeze(task, by);
    if ((await jobs.lastTrainedOn(task)) === fingerprint) {
      log.info({ task, trigger }, 'nothing is new since the last training');
      return;
    }
    await trainingJobs.create({ task, datasetVersion: version }, by, trigger);
  }
}
