import { execFileSync } from 'node:child_process';

/** Runs a program to its end; what it says is shown. */
export function run(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}
