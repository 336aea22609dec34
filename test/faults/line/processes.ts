import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface RunningProcess {
  readonly pid: number;
  /** With its arguments. */
  readonly command: string;
}

/** Those that a process has started, and these in turn, and that run. */
export function descendantsOf(pid: number): RunningProcess[] {
  const parents = new Map(pids().map((one) => [Number(one), parentOf(one)]));
  const isBelow = (one: number): boolean => {
    const parent = parents.get(one);
    return parent !== undefined && parent !== 0 && (parent === pid || isBelow(parent));
  };
  return [...parents.keys()]
    .filter(isBelow)
    .map((one) => ({ pid: one, command: commandOf(String(one)) }))
    .filter(({ command }) => command !== '');
}

/** Every process that the line has. */
export const pids = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Empty: it has ended. */
export function commandOf(pid: string): string {
  return readOf(pid, 'cmdline').replaceAll('\0', ' ');
}

/** Of what it runs: `fit-child.js`, `ffmpeg`. */
export function programOf(command: string): string {
  const [program = '', ...args] = command.split(' ').filter(Boolean);
  return basename(args.find((arg) => /\.[jt]s$/.test(arg)) ?? program);
}

/** Its name may have spaces and parentheses; what comes after has none. 0: it has ended. */
function parentOf(pid: string): number {
  return Number(/\) \S (\d+) [^)]*$/.exec(readOf(pid, 'stat'))?.[1] ?? 0);
}

function readOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has just ended.
    return '';
  }
}
