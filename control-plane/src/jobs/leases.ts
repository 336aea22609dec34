import { randomUUID } from 'node:crypto';
import {
  type EpochMillis,
  type Heartbeat,
  type HeartbeatAnswer,
  type JobId,
  type LeaseId,
  type LeaseRequest,
  lacking,
  type Millis,
  type Sha256,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { Verdict } from './gate/verdict.ts';
import { appendLog } from './job-log.ts';
import { LEASED_STATES } from './job-states.ts';
import { findJob, type JobStoreOptions } from './job-store.ts';
import type { JobRow } from './job-tables.ts';
import { LeaseGrace } from './lease-grace.ts';
import { mergeEpochs } from './merge-epochs.ts';
import { retryDelay } from './retry-delay.ts';
import { transition } from './transition.ts';

export interface LeasesOptions extends JobStoreOptions {
  /** From 0 to 1. */
  readonly random: () => number;
  /** Without a heartbeat for so long, a lease is over. */
  readonly leaseTime: Millis;
}

/** What a trainer says went wrong. */
interface Failure {
  readonly message: string;
  /** Whether another try could end otherwise. */
  readonly passing: boolean;
}

/** What trainers do with jobs: each holds a lease, and what comes under an old one is refused. */
export class Leases {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #random: () => number;
  readonly #leaseTime: Millis;
  readonly #grace: LeaseGrace;

  constructor({ database, now, random, leaseTime }: LeasesOptions) {
    this.#database = database;
    this.#now = now;
    this.#random = random;
    this.#leaseTime = leaseTime;
    this.#grace = new LeaseGrace(leaseTime);
  }

  /** The first job that this trainer can take, by priority, then by age; null: there is none. */
  async lease({ has, trainer }: LeaseRequest): Promise<JobRow | null> {
    const now = this.#now();
    const waiting = await this.#database
      .selectFrom('jobs')
      .selectAll()
      .where('state', '=', 'queued')
      .where('not_before', '<=', now)
      .orderBy('priority', 'desc')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    for (const row of waiting) {
      if (lacking(JSON.parse(row.requires), has).length > 0) continue;
      const changes = {
        lease_id: randomUUID() as string as LeaseId,
        lease_expires_at: now + this.#leaseTime,
        trainer,
        attempts: row.attempts + 1,
        started_at: row.started_at ?? now,
        // What the trainer before told is not how far this one is.
        progress: null,
      };
      // Another trainer may have taken it in between: then the next.
      const state = await transition(this.#database, row, 'lease', changes);
      if (state !== null) return { ...row, ...changes, state };
    }
    return null;
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async heartbeat(id: JobId, beat: Heartbeat): Promise<HeartbeatAnswer['instruction']> {
    try {
      return await this.#keep(id, beat);
    } catch (error) {
      if (isOfStore(error)) this.#grace.miss(this.#now());
      throw error;
    }
  }

  #keep(
    id: JobId,
    { lease, progress, epochs, log }: Heartbeat,
  ): Promise<HeartbeatAnswer['instruction']> {
    return this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      if (row.state === 'cancelled' && row.lease_id === lease) return 'cancel';
      checkLease(row, lease);
      const logLines = await appendLog(trx, row, log);
      await this.#end(trx, row, lease, 'heartbeat', {
        lease_expires_at: this.#now() + this.#leaseTime,
        progress: JSON.stringify(progress),
        epochs: JSON.stringify(mergeEpochs(JSON.parse(row.epochs), epochs)),
        log_lines: logLines,
      });
      return 'go-on';
    });
  }

  /**
   * The trainer ends, and another may take the job at once.
   * @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST`
   */
  async release(id: JobId, lease: LeaseId): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      const changes = { attempts: row.attempts - 1, lease_id: null, lease_expires_at: null };
      await this.#end(trx, row, lease, 'release', changes);
    });
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async fail(id: JobId, lease: LeaseId, { message, passing }: Failure): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      const now = this.#now();
      const again = passing && row.attempts < row.max_attempts;
      await this.#end(trx, row, lease, passing ? 'break' : 'refuse', {
        reason: message,
        lease_id: null,
        lease_expires_at: null,
        ...(again
          ? { not_before: now + retryDelay(row.attempts, this.#random()) }
          : { ended_at: now, active_key: null }),
      });
    });
  }

  /**
   * Its model is there and judged.
   * @param also what happens with it or not at all, within the same transaction
   * @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST`, and what `also` throws
   */
  async succeed<T>(
    id: JobId,
    lease: LeaseId,
    result: { readonly package: Sha256; readonly verdict: Verdict },
    also?: (trx: Database) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      await this.#end(trx, row, lease, 'succeed', {
        package: result.package,
        verdict: JSON.stringify(result.verdict),
        reason: null,
        ended_at: this.#now(),
        active_key: null,
        lease_expires_at: null,
      });
      return also?.(trx);
    });
  }

  /** Whether this lease already ended with that model. @throws ControlPlaneError `NOT_FOUND` */
  async hasSucceeded(id: JobId, lease: LeaseId, digest: Sha256): Promise<boolean> {
    const row = await findJob(this.#database, id);
    return row.state === 'succeeded' && row.lease_id === lease && row.package === digest;
  }

  /** The job, if this lease still has it. @throws ControlPlaneError `NOT_FOUND`, `LEASE_LOST` */
  async held(id: JobId, lease: LeaseId): Promise<JobRow> {
    const row = await findJob(this.#database, id);
    checkLease(row, lease);
    return row;
  }

  /** Takes jobs from trainers that fell silent, and would have been heard. @returns those jobs */
  async expire(): Promise<JobId[]> {
    const now = this.#now();
    if (!this.#grace.look(now)) return [];
    const silent = await this.#database
      .selectFrom('jobs')
      .selectAll()
      .where('state', 'in', LEASED_STATES)
      .where('lease_expires_at', '<=', now)
      .execute();
    const expired: JobId[] = [];
    for (const row of silent) {
      const last = row.attempts >= row.max_attempts;
      const changes = {
        lease_id: null,
        lease_expires_at: null,
        reason: `Trainer ${row.trainer} fell silent in attempt ${row.attempts} of ${row.max_attempts}.`,
        ...(last ? { ended_at: now, active_key: null } : { not_before: 0 }),
      };
      // A heartbeat may come in between: the time is part of the condition.
      const state = await transition(this.#database, row, 'expire', changes, now);
      if (state !== null) expired.push(row.id);
    }
    return expired;
  }

  async #end(
    trx: Database,
    row: JobRow,
    lease: LeaseId,
    event: 'heartbeat' | 'release' | 'break' | 'refuse' | 'succeed',
    changes: Partial<JobRow>,
  ): Promise<void> {
    checkLease(row, lease);
    if ((await transition(trx, row, event, changes)) === null) throw lost(row, lease);
  }
}

const isOfStore = (error: unknown): boolean =>
  error instanceof ControlPlaneError && ['STORE_FAILED', 'DATA_DAMAGED'].includes(error.code);

/** @throws ControlPlaneError `LEASE_LOST` */
export function checkLease(row: JobRow, lease: LeaseId): void {
  const held = row.state === 'leased' || row.state === 'running';
  if (!held || row.lease_id !== lease) throw lost(row, lease);
}

function lost({ id, state }: JobRow, lease: LeaseId): ControlPlaneError {
  return new ControlPlaneError(
    'LEASE_LOST',
    `Expected the lease that job ${id} is under, received ${lease}; the job is ${state}. Stop working on it: another trainer may have it.`,
  );
}
