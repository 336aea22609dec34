import { ThreadError } from '@edgeloop/worker-thread';
import t from 'tap';
import { isRecordError } from '../../../control-plane/src/store/is-record-error.ts';

const failed = (reason: string) => new ThreadError('THREAD_CALL_FAILED', reason, 'failed');

for (const [error, expected] of [
  [failed('undefined'), true],
  [failed('SQLITE_CONSTRAINT_NOTNULL'), true],
  [failed('SQLITE_CONSTRAINT_DATATYPE'), true],
  [failed('SQLITE_TOOBIG'), true],
  [new RangeError('too deep to be cloned'), true],
  [failed('SQLITE_ERROR'), false],
  [failed('SQLITE_FULL'), false],
  [failed('SQLITE_BUSY'), false],
  [failed('SQLITE_IOERR_WRITE'), false],
  [failed('SQLITE_CORRUPT'), false],
  [failed('SQLITE_READONLY'), false],
  [failed('ENOSPC'), false],
  [new ThreadError('THREAD_DIED', 'DIED', 'died'), false],
  [undefined, false],
] as const) {
  t.equal(
    isRecordError(error),
    expected,
    error instanceof ThreadError ? error.reason : String(error),
  );
}
