import { randomUUID } from 'node:crypto';
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SigningError } from './errors.ts';

/** What file systems say that have no second name for a file, such as that of a USB stick. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
]);

/**
 * Makes a file that is whole, or none: half a key would be one that no command reads. What root
 * writes is the folder's owner's: a service that could not read it would sign nothing any more. Its
 * name is on disk when the folder is (`syncFolder`).
 * @throws SigningError `KEY_FILE_EXISTS`: it never overwrites; Error of the file system
 */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.partial-${randomUUID()}`;
  try {
    await writeWhole(partial, text, mode);
    await name(partial, path);
  } finally {
    // A second name of a file that is there now does no harm.
    await rm(partial, { force: true }).catch(() => {});
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    if (process.getuid?.() === 0) {
      const { uid, gid } = await stat(dirname(path));
      await file.chown(uid, gid);
    }
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function name(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isThere) {
      throw new SigningError(
        'KEY_FILE_EXISTS',
        `Expected to make ${path}: ${message}. Keys are never overwritten: is a rotation that broke off the reason? Move the file away then.`,
        { cause },
      );
    }
    if (!NO_LINKS.has(code)) throw cause;
    await rename(partial, path);
  }
}
