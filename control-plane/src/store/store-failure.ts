import type { ThreadError } from '@edgeloop/worker-thread';
import { ControlPlaneError } from '../errors.ts';

/** SQLite's words for a file that is not as it wrote it, and for one that it could not read. */
const DAMAGE = /^SQLITE_(CORRUPT(_\w+)?|NOTADB)$/;

/** A server's own code (SQLSTATE), or the lack of its answer. */
const POSTGRES = /^([0-9A-Z]{5}|CONNECTION_LOST)$/;

export const isDamage = (reason: string): boolean => DAMAGE.test(reason);

/**
 * What a call into the database failed of, and what is to be done.
 * @param more who is not hurt by it; empty: said elsewhere
 */
export function storeFailure(cause: ThreadError, more = ''): ControlPlaneError {
  const { message, reason } = cause;
  const what = `The store failed: ${message} (${reason}).${more}`;
  return isDamage(reason)
    ? new ControlPlaneError('DATA_DAMAGED', `${what} ${MEND}`, { cause })
    : new ControlPlaneError(
        'STORE_FAILED',
        `${what} ${POSTGRES.test(reason) ? 'Is the server there, and has it room?' : 'Is the disk full?'}`,
        { cause },
      );
}

/** A disk that fails gives the same answer as a file that is damaged. */
export const MEND =
  'The disk can not be read, or the database is damaged. See what the kernel says of the disk (journalctl -k); then stop the control plane and put the last backup in its place: edgeloop restore.';
