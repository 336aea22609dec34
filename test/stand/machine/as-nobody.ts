import { chownSync } from 'node:fs';

const NOBODY = 65_534;

/**
 * Root may remove anything: its tests of what may not be removed are somebody else's, whose the
 * folder is then.
 */
export async function asNobody(folder: string, work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  chownSync(folder, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
