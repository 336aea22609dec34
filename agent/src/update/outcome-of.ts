import { EdgeloopError } from '@edgeloop/protocol';
import type { Outcome } from './machine/update-event.ts';
import { UpdateError } from './update-error.ts';

/** What is wrong with the model or its papers, not with the device's luck: it may not run here. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ROOT_MISSING',
  'SIGNATURE_REFUSED',
  'PACKAGE_INVALID',
  'PACKAGE_TOO_LARGE',
  'PACKAGE_MANIFEST_INVALID',
  'PACKAGE_VARIANT_MISSING',
  'PROTOCOL_VERSION_UNKNOWN',
  'AGENT_TOO_OLD',
  'CLASSES_MISSING',
]);

/** Files that are not what they should be are fetched again. */
const MENDED: ReadonlySet<string> = new Set(['PACKAGE_FILE_MISSING', 'PACKAGE_FILE_ALTERED']);

/** The disk, which time or space may mend. */
const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EIO: 'DISK_FAILED',
  EROFS: 'DISK_FAILED',
  ENOMEM: 'DISK_FAILED',
  EMFILE: 'DISK_FAILED',
};

/** What becomes of an update whose work threw. */
export function outcomeOf(error: unknown): Exclude<Outcome, { kind: 'done' }> {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.slice(0, 1000);
  if (error instanceof EdgeloopError) {
    const reason = { code: String(error.code), message };
    const passes = error instanceof UpdateError ? error.retry : MENDED.has(reason.code);
    if (passes) return { kind: 'passing', reason };
    return { kind: REFUSALS.has(reason.code) ? 'refused' : 'failed', reason };
  }
  const code = String((error as NodeJS.ErrnoException).code);
  const disk = DISK[code];
  if (disk) return { kind: 'passing', reason: { code: disk, message } };
  return { kind: 'failed', reason: { code: 'UPDATE_FAILED', message } };
}
