import { epochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import { DAY } from './drift/drift-state.ts';
import type { DriftWatch } from './drift/drift-watch.ts';
import type { JobBell } from './job-bell.ts';
import { type JobEvents, tellJob } from './job-events.ts';
import type { JobFiles } from './job-files.ts';
import type { JobStore } from './job-store.ts';
import type { Leases } from './leases.ts';
import type { TriggerWatch } from './triggers/trigger-watch.ts';

export interface JobKeeperParts {
  readonly jobs: JobStore;
  readonly leases: Leases;
  readonly files: JobFiles;
  readonly jobArtifacts: Pick<Artifacts, 'remove' | 'removeExpired'>;
  readonly driftWatch: DriftWatch;
  readonly triggerWatch: TriggerWatch;
  readonly events: JobEvents;
  readonly bell: JobBell;
  readonly time: Pick<BoundedTime, 'earliest'>;
  readonly log: Logger;
}

interface Chore {
  readonly name: string;
  readonly everyMillis: number;
  readonly run: () => Promise<void>;
}

/** A person may want to try a job again that failed so long ago. */
const FILES_KEPT = 7 * DAY;

/** What must happen to jobs though nobody asks: leases run out, triggers come due, files are of no use any more. */
export class JobKeeper {
  readonly #parts: JobKeeperParts;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Map<string, Promise<void>>();

  constructor(parts: JobKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { driftWatch, triggerWatch } = this.#parts;
    const chores: readonly Chore[] = [
      { name: 'leases', everyMillis: 2_000, run: () => this.#expire() },
      { name: 'triggers', everyMillis: 60_000, run: () => triggerWatch.look() },
      { name: 'drift', everyMillis: 600_000, run: () => driftWatch.look() },
      { name: 'files', everyMillis: 600_000, run: () => this.#dropFiles() },
    ];
    for (const chore of chores) {
      this.#timers.push(setInterval(() => this.#begin(chore), chore.everyMillis).unref());
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#running.values());
  }

  /** One that is not done yet is not begun again. */
  #begin({ name, run }: Chore): void {
    if (this.#running.has(name)) return;
    const { log } = this.#parts;
    const done = run()
      .catch((error: Error) => log.error({ chore: name, error: error.message }, 'jobs'))
      .finally(() => this.#running.delete(name));
    this.#running.set(name, done);
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
