import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { Config } from '../config/config.ts';

const MEBIBYTE = 2 ** 20;

/** Whether the state can be written, and has room for what the configuration allows. */
export async function checkDisk({
  state,
  outbox,
  updates,
}: Pick<Config, 'state' | 'outbox' | 'updates'>): Promise<readonly Finding[]> {
  try {
    const folder = await writableOf(state);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const what = `${Math.floor(free / MEBIBYTE)} MiB are free for ${state}`;
    const needed = Math.max(outbox.bytes, updates.minFree);
    if (free >= needed) return [ok('disk', what)];
    const mend = `Make room for ${Math.ceil(needed / MEBIBYTE)} MiB, or lower outbox and updates in agent.yaml`;
    return [warning('disk', what, mend)];
  } catch (error) {
    const mend = `Let the agent's user write there: chown -R edgeloop-agent: ${state}`;
    return [problem('disk', (error as Error).message, mend)];
  }
}

/** The folder itself; before the first start, the one that it will be made in. */
async function writableOf(folder: string): Promise<string> {
  try {
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing || dirname(folder) === folder) throw error;
    return writableOf(dirname(folder));
  }
}
