import { type Heartbeat, type JobId, timestamp } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { JobLogPage, JobLogQuery } from '../resources/job.ts';
import { findJob } from './job-store.ts';
import type { JobRow } from './job-tables.ts';

/** Lines of a job that are kept; older ones go. */
const LONGEST_LOG = 5000;

/** @returns how many lines the job ever had, for `log_lines` */
export async function appendLog(
  trx: Database,
  { id, log_lines }: JobRow,
  log: Heartbeat['log'],
): Promise<number> {
  if (log.length === 0) return log_lines;
  const lines = log.map(({ at, text }, i) => ({
    job_id: id,
    line: log_lines + 1 + i,
    at: Date.parse(at),
    text,
  }));
  await trx.insertInto('job_logs').values(lines).execute();
  const last = log_lines + lines.length;
  await trx
    .deleteFrom('job_logs')
    .where('job_id', '=', id)
    .where('line', '<=', last - LONGEST_LOG)
    .execute();
  return last;
}

/** What the trainers of jobs said. */
export class JobLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first. @throws ControlPlaneError `NOT_FOUND` */
  async read(id: JobId, { after = 0, limit = 100 }: JobLogQuery): Promise<JobLogPage> {
    await findJob(this.#database, id);
    const rows = await this.#database
      .selectFrom('job_logs')
      .selectAll()
      .where('job_id', '=', id)
      .where('line', '>', after)
      .orderBy('line')
      .limit(limit)
      .execute();
    const lines = rows.map(({ line, at, text }) => ({ line, at: timestamp(at), text }));
    return { lines, next: lines.at(-1)?.line ?? after };
  }
}
