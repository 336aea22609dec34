import { execFileSync } from 'node:child_process';

/** Runs a program to its end. @returns what it printed @throws Error with what it complained of */
export function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: 'pipe' });
}
