import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import { objectPath } from '../artifacts/object-files.ts';

export interface ContentCopy {
  readonly from: string;
  readonly to: string;
  /** Copies the rows, and says which content they name. */
  readonly copyRows: () => Promise<readonly Sha256[]>;
}

/**
 * The more is copied, the less is new in the next round: two are needed where anything was removed.
 */
const ROUNDS = 10;

/**
 * Copies rows and the content that they name, while others change both. Rows go before their
 * content does: what is gone when it is to be copied, rows of now no longer name. So they are
 * copied again, until all that they name is here.
 * @returns what rows name and the folder does not have
 */
export async function copyContent({ from, to, copyRows }: ContentCopy): Promise<Sha256[]> {
  const here = new Set<Sha256>();
  let missing: readonly Sha256[] = [];
  for (let round = 1; ; round++) {
    const named = await copyRows();
    const before = new Set(missing);
    missing = await copyNew(named, here, { from, to });
    // What was gone the last time as well is not named by mistake: it is not there.
    if (round === ROUNDS || missing.every((sha256) => before.has(sha256))) {
      await removeUnnamed(here, new Set(named), to);
      return [...missing];
    }
  }
}

async function copyNew(
  named: readonly Sha256[],
  here: Set<Sha256>,
  { from, to }: Pick<ContentCopy, 'from' | 'to'>,
): Promise<Sha256[]> {
  const missing: Sha256[] = [];
  for (const sha256 of named) {
    if (here.has(sha256)) continue;
    const path = objectPath(sha256);
    await mkdir(dirname(join(to, path)), { recursive: true });
    try {
      await copyFile(join(from, path), join(to, path));
      here.add(sha256);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      missing.push(sha256);
    }
  }
  return missing;
}

async function removeUnnamed(here: Set<Sha256>, named: Set<Sha256>, to: string): Promise<void> {
  for (const sha256 of here) if (!named.has(sha256)) await rm(join(to, objectPath(sha256)));
}
