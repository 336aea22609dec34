import { EdgeloopError } from '@edgeloop/protocol/errors';

/**
 * Codes of calls into threads and the exit status that a command ends with. 90–99 are this
 * package's.
 */
const EXIT_STATUS = {
  THREAD_CALL_FAILED: 90,
  THREAD_DIED: 91,
} as const;

export class ThreadError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  /** The code of the error within the thread (`SQLITE_FULL`, `ENOSPC`, …), where it had one. */
  readonly reason: string;

  constructor(code: keyof typeof EXIT_STATUS, reason: string, message: string) {
    super(code, EXIT_STATUS[code], message);
    this.reason = reason;
  }
}
