import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProgramsNaming } from './end-programs-naming.ts';

const SHARED_MEMORY = '/dev/shm';
/** Linux, `include/uapi/linux/magic.h`. */
const TMPFS_MAGIC = 0x0102_1994;

/**
 * A new folder for the pictures of one camera, which hold what masks are to hide: in memory, where
 * the system has a place there, which Linux has. What an agent that was killed left of this camera
 * goes first, and the program that it ran for it: a camera serves one at a time.
 */
export async function makePictureFolder(camera: number): Promise<string> {
  const parent = (await isInMemory(SHARED_MEMORY)) ? SHARED_MEMORY : tmpdir();
  const prefix = `edgeloop-stills-${camera}-`;
  await removeAbandoned(parent, prefix);
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

/** Of no process, or of this one: the number may come again, in a container after each start. */
async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, pid] = name.startsWith(prefix)
      ? (/^(\d+)-/.exec(name.slice(prefix.length)) ?? [])
      : [];
    if (pid === undefined || (Number(pid) !== process.pid && runs(Number(pid)))) continue;
    const folder = join(parent, name);
    await endProgramsNaming(`${folder}/`);
    // Another user's stays.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function isInMemory(path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => null);
  return found?.type === TMPFS_MAGIC;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
