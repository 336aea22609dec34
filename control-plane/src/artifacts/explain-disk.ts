import { ControlPlaneError } from '../errors.ts';

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * For what a write to the data folder fails of.
 * @param what was to be written, as a person knows it
 * @returns throws ControlPlaneError `DISK_FULL`, `STORE_FAILED`
 */
export function explainDisk(what: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (FULL.has(cause.code)) {
      const message = `Expected room on the disk for ${what}, received none. Free some, or move the data folder.`;
      throw new ControlPlaneError('DISK_FULL', message, { cause });
    }
    const message = `Expected to write ${what}: ${cause.message}. Does the disk still work?`;
    throw new ControlPlaneError('STORE_FAILED', message, { cause });
  };
}
