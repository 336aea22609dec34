import { UpdateError } from '../update-error.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Does something to files.
 * @throws UpdateError `DISK_FULL`, `DISK_FAILED`; what is no error of the file system as it is
 */
export async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw cause;
    const said = `Expected to read and write in ${path}: ${message}.`;
    if (FULL.has(code)) {
      const text = `${said} Make room: the next try goes on from there.`;
      throw new UpdateError('DISK_FULL', text, { retry: true, cause });
    }
    throw new UpdateError('DISK_FAILED', `${said} Is the disk worn out?`, { retry: true, cause });
  }
}
