import { spawnSync } from 'node:child_process';

const isHere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/**
 * For tap's `skip`: a word where an arm64 processor can't be emulated. CI on x64 must be able to.
 */
export const emulationMissing =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'is for Linux on x64'
    : process.env.CI !== 'true' &&
      !['qemu-aarch64-static', 'apt-get'].every(isHere) &&
      'needs qemu-user-static and apt-get';
