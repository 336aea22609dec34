import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** For tap's `skip`. */
export const smallDiskMissing = whyNot();

/** Over a folder that is there, until the test ends. @param size as mount has it: `2m` */
export function mountSmallDisk(t: Pick<Test, 'teardown'>, folder: string, size: string): void {
  const { status, stderr } = mount(folder, size);
  if (status !== 0) throw new Error(stderr);
  t.teardown(() => unmount(folder));
}

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'only root may mount a small disk';
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  // A container's root may not mount either.
  const may = mount(folder, '64k').status === 0;
  if (may) unmount(folder);
  rmSync(folder, { recursive: true, force: true });
  return !may && 'this root may not mount a small disk';
}

function mount(folder: string, size: string) {
  const args = ['-t', 'tmpfs', '-o', `size=${size}`, 'edgeloop-test', folder];
  return spawnSync('mount', args, { encoding: 'utf8' });
}

function unmount(folder: string): void {
  spawnSync('umount', ['--lazy', folder]);
}
