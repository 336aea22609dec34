import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The account that the printed line subscribes with. */
export interface KeptViewer {
  readonly name: string;
  readonly password: string;
  /** When the control plane made it: another time, and this is not its password any more. */
  readonly passwordAt: string;
}

const FILE = 'viewer.json';

/** Null: no start wrote one, or something else is there. */
export async function readViewer(data: string): Promise<KeptViewer | null> {
  try {
    const { name, password, passwordAt } = JSON.parse(await readFile(join(data, FILE), 'utf8'));
    const all = [name, password, passwordAt];
    return all.every((one) => typeof one === 'string') ? { name, password, passwordAt } : null;
  } catch {
    return null;
  }
}

/** Whole or not there; only its owner can read it. */
export async function keepViewer(data: string, viewer: KeptViewer): Promise<void> {
  const half = join(data, `${FILE}.half`);
  await writeFile(half, `${JSON.stringify(viewer, null, 2)}\n`, { mode: 0o600 });
  await rename(half, join(data, FILE));
}
