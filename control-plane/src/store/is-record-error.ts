import { ThreadError } from '@edgeloop/worker-thread';

/**
 * `undefined`: a TypeError or the like, which has no code. Of PostgreSQL's SQLSTATEs the classes of
 * data, of constraints, and of limits (a text that no index takes).
 */
const OF_RECORDS = /^(undefined|SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG)(_\w+)?|(22|23|54)...)$/;

/**
 * Whether a commit failed by the records that it was to write, and would fail again: not by the
 * disk, a lock, or a thread that died. Nor by SQLITE_ERROR, or class 42: statements are the same
 * for every record, so that a table is missing, and then nothing can be stored.
 * @param error of the thread, or of the way to it
 */
export function isRecordError(error: unknown): boolean {
  if (!(error instanceof ThreadError)) return error instanceof RangeError;
  return error.code === 'THREAD_CALL_FAILED' && OF_RECORDS.test(error.reason);
}
