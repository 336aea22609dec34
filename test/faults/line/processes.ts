import { readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  /** With its arguments. */
  readonly command: string;
}

/** Those that a process has started itself, and that run. */
export function childrenOf(pid: number): RunningProcess[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map((child) => ({ pid: Number(child), command: commandOf(child) }));
  } catch {
    // It has just ended.
    return [];
  }
}

/** Empty: it has ended. */
export function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
