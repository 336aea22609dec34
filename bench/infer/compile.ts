import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Compiles a program of `bench/peers` for this very processor.
 * @returns whether there is a compiler that could
 */
export function compile(
  compiler: 'cc' | 'c++',
  source: string,
  out: string,
  ...flags: readonly string[]
): boolean {
  const path = fileURLToPath(new URL(`../peers/${source}`, import.meta.url));
  const all = ['-O3', '-march=native', '-pthread', path, '-o', out, ...flags];
  const { status, stderr } = spawnSync(compiler, all, { encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`Without ${source}: ${stderr ?? `no ${compiler}`}\n`);
  return status === 0;
}
