import { spawnSync } from 'node:child_process';

/** Debian's Python, which python3-torch belongs to. */
const PYTHON = '/usr/bin/python3';

/** For tap's `skip`: a word where Debian's PyTorch is missing. CI must have it. */
export const torchMissing =
  process.env.CI !== 'true' &&
  spawnSync(PYTHON, ['-c', 'import torch, torchvision']).status !== 0 &&
  'needs python3-torch and python3-torchvision';

/** Runs a script in a folder, and gives what it prints. */
export function python(script: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', script], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
