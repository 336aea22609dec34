import { spawnSync } from 'node:child_process';

/**
 * Holds a process with all its threads on the first so many cores: nothing is moved while it is
 * measured, and a peer can't use a thread more than it was given. Linux (util-linux); elsewhere
 * nothing happens.
 */
export function pin(pid: number, cores: number): void {
  spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', `0-${cores - 1}`, String(pid)]);
}
