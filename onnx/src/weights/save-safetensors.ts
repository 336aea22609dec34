import { writeDurably } from '@edgeloop/disk';
import { encodeSafetensors, type Safetensors } from './safetensors.ts';

/**
 * Writes the file whole or not at all: beside its place first, then renamed. What a kill leaves is
 * `….partial-<pid>`.
 * @throws what the system says, `ENOSPC` for a full disk: the file that was there stays
 */
export async function saveSafetensors(path: string, content: Safetensors): Promise<void> {
  await writeDurably(path, encodeSafetensors(content), 0o666, `${path}.partial-${process.pid}`);
}
