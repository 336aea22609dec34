import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned, ownMark, writeMark } from './process-mark.ts';

const PREFIX = 'edgeloop-trainer-';
const NAME = /^edgeloop-trainer-(.+)-\w+$/;

/**
 * A folder of this process for what is gone when it ends: models of 45 to 90 MB. What processes
 * left there that were killed is removed first.
 * @param parent such as the system's
 */
export async function temporaryFolder(parent: string): Promise<string> {
  await removeAbandoned(parent);
  return mkdtemp(join(parent, `${PREFIX}${writeMark(ownMark())}-`));
}

async function removeAbandoned(parent: string): Promise<void> {
  const own = ownMark();
  for (const name of await readdir(parent).catch(() => [])) {
    const mark = NAME.exec(name)?.[1];
    if (mark === undefined) continue;
    const path = join(parent, name);
    if (!isAbandoned(path, mark, own, new Date())) continue;
    // Everybody may write there: what others called so is theirs.
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() && found.uid === process.getuid?.()) {
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}
