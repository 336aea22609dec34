import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '@edgeloop/disk';
import { MANIFEST_FILE } from '@edgeloop/protocol';
import { isAbandoned, ownMark } from '../run/process-mark.ts';

/** Behind the name of the folder beside: the package that was there, until it is removed. */
export const REPLACED = '-replaced';

/** Before the mark of the process that writes there. */
export const partialPrefix = (directory: string): string => `${directory}.partial-`;

/**
 * Ends what processes left that were killed while they wrote a package; another that still writes
 * is left alone. One that had moved the old package away has its new one put in place: that was
 * whole by then. Without it the old one comes back.
 */
export async function recoverTarget(directory: string): Promise<void> {
  const beside = dirname(directory);
  const prefix = partialPrefix(basename(directory));
  const names = await readdir(beside).catch(() => []);
  const found = names.filter((name) => {
    const mark = name.slice(prefix.length).replace(REPLACED, '');
    return name.startsWith(prefix) && isAbandoned(join(beside, name), mark, ownMark(), new Date());
  });
  for (const name of found.filter((one) => one.endsWith(REPLACED))) {
    const replaced = join(beside, name);
    const whole = replaced.slice(0, -REPLACED.length);
    if (await isThere(directory)) continue;
    await rename((await isThere(join(whole, MANIFEST_FILE))) ? whole : replaced, directory);
    await syncFolder(beside);
  }
  for (const name of found) {
    // What may not go, such as root's, is in nobody's way.
    await rm(join(beside, name), { recursive: true, force: true }).catch(() => {});
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
