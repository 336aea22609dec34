import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PRLIMIT = '/usr/bin/prlimit';

/** Why limits of this process can't be set; false where they can. */
export const noOwnLimits = !existsSync(PRLIMIT) && 'needs prlimit';

const own = (...args: string[]) =>
  execFileSync(PRLIMIT, ['--pid', String(process.pid), ...args], { encoding: 'utf8' }).trim();

/** This process under a lower limit of the system, as long as `act` takes. */
export async function withOwnLimit(
  limit: 'fsize' | 'nofile',
  value: number,
  act: () => void | Promise<void>,
): Promise<void> {
  const before = own(`--${limit}`, '--output=SOFT', '--noheadings', '--raw');
  own(`--${limit}=${value}:`);
  try {
    await act();
  } finally {
    own(`--${limit}=${before}:`);
  }
}
