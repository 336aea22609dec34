import { execFileSync } from 'node:child_process';

/** Runs a program to its end; what it says goes to our stderr: our output is the caller's. */
export function run(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ['ignore', 2, 2] });
}
