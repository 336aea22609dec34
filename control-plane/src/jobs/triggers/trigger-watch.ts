import {
  type EpochMillis,
  epochMillis,
  type JobId,
  type TaskId,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { ControlPlaneError } from '../../errors.ts';
import type { JobTrigger } from '../../resources/job.ts';
import type { TriggerTry } from '../../resources/trigger-try.ts';
import type { DeviceDrift } from '../drift/drift-watch.ts';
import type { JobStore } from '../job-store.ts';
import type { SettingsStore, TaskSettings } from '../settings-store.ts';
import type { TrainingData } from '../training-data.ts';
import type { TrainingJobs } from '../training-jobs.ts';
import { dueTrigger, type TriggerFacts, type TriggerKind } from './due-trigger.ts';
import { NOTHING_NEW } from './next-try.ts';

export interface TriggerWatchParts {
  readonly settings: SettingsStore;
  readonly jobs: JobStore;
  readonly trainingJobs: TrainingJobs;
  readonly data: TrainingData;
  readonly drifting: () => readonly DeviceDrift[];
  readonly now: () => EpochMillis;
  readonly log: Logger;
}

/** What came of a try. */
type Outcome = Pick<TriggerTry, 'job' | 'refusal'>;

/** Who freezes a version for a training; the kind of the trigger follows. */
const BY = 'trigger:';

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

  async #lookAt({ task, settings, scheduleSeenAt: seenAt }: TaskSettings): Promise<void> {
    const { jobs, data, drifting } = this.#parts;
    // What comes due while one is active is due when it ends.
    if (await jobs.isActive(task)) return;
    const now = this.#parts.now();
    // By a clock that was ahead: from now on, or nothing would be due until then.
    if (seenAt > now) await this.#parts.settings.seeSchedule(task, now);
    const scheduleSeenAt = epochMillis(Math.min(seenAt, now));
    const trigger = dueTrigger(settings, {
      now,
      scheduleSeenAt,
      newLabels: await data.newLabels(task),
      unstarted: await this.#unstarted(task),
      drifts: drifting().filter((drift) => drift.task === task),
    });
    if (!trigger) return;
    const came = await this.#try(task, trigger);
    await this.#parts.settings.noteTry(task, { at: timestamp(now), trigger, ...came });
    // What an obstacle kept from starting stays due.
    const isOver = came.refusal === null || came.refusal.code === NOTHING_NEW;
    if (trigger.kind === 'schedule' && isOver) {
      await this.#parts.settings.seeSchedule(task, now);
    }
  }

  /** Between the version and its job the process was killed, or there were too many jobs. */
  async #unstarted(task: TaskId): Promise<TriggerFacts['unstarted']> {
    const { jobs, data } = this.#parts;
    const newest = await data.newest(task);
    if (!newest?.frozenBy.startsWith(BY)) return null;
    const { version, fingerprint, frozenBy } = newest;
    if (await jobs.hasJobOn(task, version)) return null;
    if ((await jobs.lastTrainedOn(task)) === fingerprint) return null;
    return { version, kind: frozenBy.slice(BY.length) as TriggerKind };
  }

  async #try(task: TaskId, trigger: JobTrigger): Promise<Outcome> {
    const { log } = this.#parts;
    try {
      const job = await this.#start(task, trigger);
      if (job) return { job, refusal: null };
      log.info({ task, trigger }, 'nothing is new since the last training');
      const message = 'Nothing is new since the last training.';
      return { job: null, refusal: { code: NOTHING_NEW, message } };
    } catch (error) {
      if (!(error instanceof ControlPlaneError)) throw error;
      const { code, message } = error;
      log.warn({ task, error: message }, 'no training was started');
      return { job: null, refusal: { code, message } };
    }
  }

  /** @returns the job; null: nothing is new to train on */
  async #start(task: TaskId, trigger: JobTrigger): Promise<JobId | null> {
    const { jobs, data, trainingJobs } = this.#parts;
    const by = `${BY}${trigger.kind}`;
    const { version, fingerprint } = await data.freeze(task, by);
    const trained = (await jobs.lastTrainedOn(task)) === fingerprint;
    // What has failed on the same pictures would fail again, with each label anew; a schedule tries
    // it once at its time.
    const tried = trigger.kind !== 'schedule' && (await jobs.hasJobOn(task, version));
    if (trained || tried) return null;
    const { job } = await trainingJobs.create({ task, datasetVersion: version }, by, trigger);
    return job;
  }
}
