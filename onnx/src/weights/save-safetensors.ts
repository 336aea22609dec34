import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeSafetensors, type Safetensors } from './safetensors.ts';

/**
 * Writes the file whole or not at all: beside its place first, then renamed. What a kill leaves is
 * `….partial-<pid>`.
 * @throws what the system says, `ENOSPC` for a full disk: the file that was there stays
 */
export async function saveSafetensors(path: string, content: Safetensors): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await write(partial, encodeSafetensors(content));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

async function write(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    // Not `writev`: where the disk ends within, it writes less and says nothing.
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}
