import { randomUUID } from 'node:crypto';
import type {
  EpochMillis,
  JobId,
  JobInit,
  JobRecipe,
  Requirements,
  Sha256,
  TaskId,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { JobPage, JobQuery, JobTrigger, JobView } from '../resources/job.ts';
import type { GateView } from '../resources/model.ts';
import type { GatePolicy } from './gate/gate-policy.ts';
import { ACTIVE_STATES } from './job-states.ts';
import type { JobRow } from './job-tables.ts';
import { summaryOf, viewOf } from './job-view.ts';
import { transition } from './transition.ts';
import { verdictOn } from './verdict-on.ts';

export interface JobStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
}

/** A job with everything settled. */
export interface PlannedJob {
  readonly task: TaskId;
  readonly trigger: JobTrigger;
  readonly createdBy: string;
  readonly dataset: { readonly version: number; readonly fingerprint: Sha256 };
  readonly priority: number;
  readonly recipe: JobRecipe;
  readonly init: JobInit;
  readonly requires: Requirements;
  readonly gate: GatePolicy;
  readonly maxAttempts: number;
}

/** Jobs that wait: more are refused. */
const LONGEST_QUEUE = 1000;

/** Training jobs, as people and triggers see them. What trainers do with them is in `Leases`. */
export class JobStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: JobStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * @throws ControlPlaneError `JOB_ACTIVE` where one of the same task and dataset is,
   * `JOBS_TOO_MANY`
   */
  async create(job: PlannedJob): Promise<JobView> {
    const row: JobRow = {
      id: randomUUID() as string as JobId,
      task: job.task,
      state: 'queued',
      active_key: keyOf(job.task, job.dataset.fingerprint),
      priority: job.priority,
      created_at: this.#now(),
      created_by: job.createdBy,
      trigger_json: JSON.stringify(job.trigger),
      dataset_version: job.dataset.version,
      dataset_fingerprint: job.dataset.fingerprint,
      recipe: JSON.stringify(job.recipe),
      init: JSON.stringify(job.init),
      gate: JSON.stringify(job.gate),
      requires: JSON.stringify(job.requires),
      attempts: 0,
      max_attempts: job.maxAttempts,
      not_before: 0,
      lease_id: null,
      lease_expires_at: null,
      trainer: null,
      started_at: null,
      ended_at: null,
      progress: null,
      epochs: '[]',
      reason: null,
      package: null,
      verdict: null,
      log_lines: 0,
    };
    await this.#database.transaction().execute(async (trx) => {
      const { waiting } = await trx
        .selectFrom('jobs')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      if (Number(waiting) >= LONGEST_QUEUE) throw tooMany(Number(waiting));
      await insertActive(() => trx.insertInto('jobs').values(row).execute(), row);
    });
    return viewOf(row, null);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(id: JobId): Promise<JobView> {
    const row = await findJob(this.#database, id);
    const checkpoint = await this.#database
      .selectFrom('job_files')
      .select('taken_at')
      .where('job_id', '=', id)
      .where('path', 'is not', null)
      .executeTakeFirst();
    return viewOf(row, checkpoint?.taken_at ?? null);
  }

  /** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a cursor that no page gave */
  async list({ task, state, job, cursor, limit = 100 }: JobQuery): Promise<JobPage> {
    let query = this.#database.selectFrom('jobs').selectAll();
    if (task !== undefined) query = query.where('task', '=', task);
    if (state !== undefined) query = query.where('state', '=', state);
    if (job !== undefined) {
      // The first character behind the hexadecimal digits.
      const [from, to] = [job, `${job}g`] as [JobId, JobId];
      query = query.where('id', '>=', from).where('id', '<', to);
    }
    if (cursor !== undefined) {
      const [at, id] = parseCursor(cursor);
      query = query.where((is) =>
        is.or([is('created_at', '<', at), is.and([is('created_at', '=', at), is('id', '<', id)])]),
      );
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last ? `${last.created_at}.${last.id}` : null;
    return { jobs: page.map(summaryOf), next };
  }

  /** Whether a job of the task waits or is worked on. */
  async isActive(task: TaskId): Promise<boolean> {
    const row = await this.#database
      .selectFrom('jobs')
      .select('id')
      .where('task', '=', task)
      .where('state', 'in', ACTIVE_STATES)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Whether there ever was a job on a version of the task's dataset. */
  async hasJobOn(task: TaskId, version: number): Promise<boolean> {
    const row = await this.#database
      .selectFrom('jobs')
      .select('id')
      .where('task', '=', task)
      .where('dataset_version', '=', version)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * The newest dataset that a model of the task was trained on, by the number of its version, for
   * clocks leap; null: there is none.
   */
  async lastTrainedOn(task: TaskId): Promise<Sha256 | null> {
    const row = await this.#database
      .selectFrom('jobs')
      .select('dataset_fingerprint')
      .where('task', '=', task)
      .where('state', '=', 'succeeded')
      .orderBy('dataset_version', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.dataset_fingerprint ?? null;
  }

  /** As `verdictOn`. */
  verdictOn(task: TaskId, model: Sha256): Promise<GateView | null> {
    return verdictOn(this.#database, task, model);
  }

  /**
   * Its trainer hears of it with its next heartbeat.
   * @throws ControlPlaneError `NOT_FOUND`, `JOB_ENDED`
   */
  async cancel(id: JobId, by: string): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      const reason = `Cancelled by ${by}.`;
      const changes = {
        reason,
        ended_at: this.#now(),
        active_key: null,
        // Its lease stays, so that its trainer can be told.
        lease_expires_at: null,
      };
      if (!(await transition(trx, row, 'cancel', changes))) throw ended(row, 'cancel');
    });
  }

  /**
   * Tries a job again that failed or was cancelled, from its checkpoint if it has one.
   * @throws ControlPlaneError `NOT_FOUND`, `JOB_ENDED` for one that can't be, `JOB_ACTIVE`
   */
  async retry(id: JobId): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      const row = await findJob(trx, id);
      const changes = {
        active_key: keyOf(row.task, row.dataset_fingerprint),
        attempts: 0,
        not_before: 0,
        ended_at: null,
        reason: null,
        lease_id: null,
      };
      await insertActive(async () => {
        if (!(await transition(trx, row, 'retry', changes))) throw ended(row, 'retry');
      }, row);
    });
  }
}

/** @throws ControlPlaneError `NOT_FOUND` */
export async function findJob(database: Database, id: JobId): Promise<JobRow> {
  const row = await database.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  if (row) return row;
  throw new ControlPlaneError('NOT_FOUND', `Expected the id of a job, received ${id}.`);
}

const keyOf = (task: TaskId, fingerprint: Sha256) => `${task} ${fingerprint}`;

async function insertActive(insert: () => Promise<unknown>, row: JobRow): Promise<void> {
  try {
    await insert();
  } catch (cause) {
    if (!(cause instanceof ControlPlaneError && cause.code === 'CONFLICT')) throw cause;
    throw new ControlPlaneError(
      'JOB_ACTIVE',
      `Expected no job of ${row.task} on dataset version ${row.dataset_version} that waits or runs, received one. Wait for it or cancel it.`,
      { cause },
    );
  }
}

function parseCursor(cursor: string): [number, JobId] {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return [Number(at), id as JobId];
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected next of the page before for cursor, received ${JSON.stringify(cursor.slice(0, 80))}.`,
  );
}

function ended({ id, state }: JobRow, what: string): ControlPlaneError {
  const expected = what === 'cancel' ? 'waits or runs' : 'failed or was cancelled';
  const message = `Expected a job that ${expected} to ${what}, received ${id}, which is ${state}.`;
  return new ControlPlaneError('JOB_ENDED', message);
}

function tooMany(waiting: number): ControlPlaneError {
  const message = `Expected fewer than ${LONGEST_QUEUE} jobs that wait, received ${waiting}. Start a trainer or cancel some.`;
  return new ControlPlaneError('JOBS_TOO_MANY', message);
}
