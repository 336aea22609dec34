import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeSafetensors, type Safetensors } from './safetensors.ts';

/** Writes the file whole or not at all: beside its place first, then renamed. What a kill leaves is `….partial-<pid>`. */
export async function saveSafetensors(path: string, content: Safetensors): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  const file = await open(partial, 'w');
  try {
    await file.writev(encodeSafetensors(content));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
