import { epochMillis, type Millis, seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { EventBus } from '../events/event-bus.ts';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import { DAY } from './drift/drift-state.ts';
import type { DriftWatch } from './drift/drift-watch.ts';
import type { JobBell } from './job-bell.ts';
import { type JobEvents, tellJob } from './job-events.ts';
import type { JobFiles } from './job-files.ts';
import type { JobStore } from './job-store.ts';
import type { Leases } from './leases.ts';
import { LOOK_EVERY } from './triggers/next-try.ts';
import type { TriggerWatch } from './triggers/trigger-watch.ts';

export interface JobKeeperParts {
  readonly jobs: JobStore;
  readonly leases: Leases;
  readonly files: JobFiles;
  readonly jobArtifacts: Pick<Artifacts, 'remove' | 'removeExpired'>;
  readonly driftWatch: Pick<DriftWatch, 'look'>;
  readonly triggerWatch: Pick<TriggerWatch, 'look'>;
  readonly events: JobEvents & Pick<EventBus, 'subscribe'>;
  /**
   * From the label with which a training is due to the training: labels of the next moment are of
   * the same one.
   */
  readonly linger: Millis;
  readonly bell: JobBell;
  readonly time: Pick<BoundedTime, 'earliest'>;
  readonly log: Logger;
}

/** A person may want to try a job again that failed so long ago. */
const FILES_KEPT = 7 * DAY;

/**
 * What must happen to jobs though nobody asks: leases run out, triggers come due, files are of no
 * use any more.
 */
export class JobKeeper {
  readonly #parts: JobKeeperParts;
  readonly #triggers: PeriodicTask;
  readonly #chores: readonly PeriodicTask[];
  #unsubscribe = () => {};

  constructor(parts: JobKeeperParts) {
    this.#parts = parts;
    const { driftWatch, triggerWatch, linger, log } = parts;
    const chore = (
      name: string,
      every: Millis,
      round: () => Promise<void>,
      more: { readonly linger?: Millis } = {},
    ) =>
      new PeriodicTask({
        every,
        run: round,
        ...more,
        onFailure: (error) => log.error({ chore: name, error: error.message }, 'jobs'),
      });
    this.#triggers = chore('triggers', LOOK_EVERY, () => triggerWatch.look(), { linger });
    this.#chores = [
      this.#triggers,
      chore('leases', seconds(2), () => this.#expire()),
      chore('drift', seconds(600), () => driftWatch.look()),
      chore('files', seconds(600), () => this.#dropFiles()),
    ];
  }

  start(): void {
    for (const chore of this.#chores) chore.start();
    // A training may be due: there are more labels, or the one that was active has ended.
    this.#unsubscribe = this.#parts.events.subscribe(({ kind }) => {
      if (kind === 'label.changed' || kind === 'job.changed') this.#triggers.trigger();
    });
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await Promise.all(this.#chores.map((chore) => chore.close()));
  }

  async #expire(): Promise<void> {
    const { leases, jobs, events, bell, log } = this.#parts;
    for (const id of await leases.expire()) {
      const job = await jobs.view(id);
      log.warn({ job: id, reason: job.reason }, 'a trainer fell silent');
      bell.ring();
      tellJob(events, 'job.changed', job);
    }
  }

  async #dropFiles(): Promise<void> {
    const { files, jobArtifacts, time } = this.#parts;
    const freed = await files.dropOf(epochMillis(time.earliest() - FILES_KEPT));
    for (const sha256 of freed) await jobArtifacts.remove(sha256);
    await jobArtifacts.removeExpired();
  }
}
