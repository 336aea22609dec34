import { execFileSync } from 'node:child_process';

/** MiB of the GPU that are in use, by whomever; null where nvidia-smi can't tell. */
export function gpuMemory(): number | null {
  try {
    const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
    return Number(
      execFileSync('nvidia-smi', query, { encoding: 'utf8', timeout: 3000 }).split('\n')[0],
    );
  } catch {
    return null;
  }
}
