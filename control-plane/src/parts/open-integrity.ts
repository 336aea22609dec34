import { mebibytes, seconds } from '@edgeloop/protocol';
import { DatabaseCheck } from '../integrity/database-check.ts';
import { DATABASE_FILE } from '../store/open-database.ts';
import type { Context } from './context.ts';

const FIRST = seconds(120);
const LOOK_EVERY = seconds(3600);
const MOST_LOG = mebibytes(1024);

/** Null: the rows are in PostgreSQL, which looks after itself. */
export function openIntegrity(
  {
    config,
    surroundings: { log, now },
    lifecycle,
  }: Pick<Context, 'config' | 'surroundings' | 'lifecycle'>,
  endedBadly: boolean,
): DatabaseCheck | null {
  if (config.database !== null) return null;
  const check = new DatabaseCheck({
    folder: config.data,
    file: DATABASE_FILE,
    endedBadly,
    now,
    log,
    first: FIRST,
    every: LOOK_EVERY,
    mostLog: MOST_LOG,
  });
  check.start();
  lifecycle.add(() => check.close());
  return check;
}
