import { spawnSync } from 'node:child_process';

/** For tap's `skip`: a word where Debian's strace is missing. CI must have it. */
export const straceMissing =
  process.env.CI !== 'true' && spawnSync('strace', ['-V']).status !== 0 && 'needs strace';

/** Every system call with which a process may change a file, or what a folder holds. */
const CHANGING = [
  ...['open', 'openat', 'openat2', 'creat', 'write', 'writev', 'pwrite64', 'pwritev', 'pwritev2'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'link', 'linkat', 'symlink'],
  ...['symlinkat', 'mkdir', 'mkdirat', 'rmdir', 'truncate', 'ftruncate', 'fallocate', 'fsync'],
  ...['fdatasync', 'sync_file_range', 'copy_file_range', 'sendfile', 'chmod', 'fchmod', 'fchmodat'],
  ...['chown', 'fchown', 'utimensat'],
];

/** One call that changes something below a folder: the N-th of its name there. */
export interface ChangePoint {
  readonly call: string;
  readonly number: number;
  /** The whole call, for a person. */
  readonly text: string;
}

/** What happens in place of the call, or before it. */
export type Harm = 'SIGKILL' | 'ENOSPC' | 'EIO';

/** Options for strace to see every such call. @param output where it writes them */
export const tracing = (output: string): string[] => [
  ...['-f', '-y', '-s', '16', '-o', output],
  ...['-e', `trace=${CHANGING.join(',')}`],
];

/**
 * Options for strace to do harm at one point, and to count as `findPoints` does.
 * @param paths every one that the run touches below the folder
 */
export const harming = (
  { call, number }: ChangePoint,
  harm: Harm,
  paths: readonly string[],
): string[] => [
  ...['-f', '-o', '/dev/null', '-e', `trace=${call}`],
  ...paths.flatMap((path) => ['-P', path]),
  ...['-e', `inject=${call}:${harm === 'SIGKILL' ? 'signal' : 'error'}=${harm}:when=${number}`],
];

const LINE = /^\d+ +((\w+)\(.*) = (-?\d+)/;
const FOR_READING_ALONE = /^open.*O_RDONLY(?!.*O_CREAT)/;

/**
 * What a traced run changed below a folder, in order. What came to nothing, and what was opened to
 * be read, only counts.
 */
export function findPoints(trace: string, folder: string): readonly ChangePoint[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const [, text, call, result] = LINE.exec(line) ?? [];
    if (!text?.includes(folder) || !call) return [];
    const number = (counts.get(call) ?? 0) + 1;
    counts.set(call, number);
    if (Number(result) < 0 || FOR_READING_ALONE.test(text)) return [];
    return [{ call, number, text: text.replaceAll(folder, '') }];
  });
}

/** Every path below a folder that stands in a trace. */
export function pathsIn(trace: string, folder: string): readonly string[] {
  const ends = new Set(
    trace
      .split(folder)
      .slice(1)
      .map((rest) => /^[^">,)]*/.exec(rest)![0]),
  );
  return Array.from(ends, (end) => folder + end);
}
