/** One system call that succeeded, as strace tells it. */
export interface Call {
  readonly name: string;
  /** Between the brackets; what is quoted, and the paths of descriptors, in hexadecimal. */
  readonly args: string;
  readonly result: number;
  /** What follows the result, such as the path of a descriptor. */
  readonly more: string;
  /** How many calls of this list had ended when it began: what it syncs was written before that. */
  readonly begun: number;
}

/**
 * Every system call that changes what is on the disk, or promises that it is there. `write` says,
 * too, what the process said.
 */
const CALLS = [
  ...['open', 'openat', 'creat', 'write', 'pwrite64', 'writev', 'pwritev', 'pwritev2'],
  ...['ftruncate', 'truncate', 'fallocate', 'rename', 'renameat', 'renameat2', 'link', 'linkat'],
  ...['symlink', 'symlinkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir', 'fsync'],
  ...['fdatasync', 'sync', 'syncfs', 'sync_file_range', 'copy_file_range', 'sendfile', 'msync'],
];

/** One call of a name in one thread, the N-th. */
export interface KillPoint {
  readonly call: string;
  readonly number: number;
}

/**
 * Options for strace to write all of them, with all that was written, to a file. Descriptors are
 * told with their paths.
 * @param kill ends the process by SIGKILL there, before the call is done
 */
export function recording(output: string, kill?: KillPoint): readonly string[] {
  const traced = ['-e', `trace=${CALLS.join(',')}`];
  // A filter in the kernel lets the other calls pass at full speed; but with it nothing is
  // injected.
  const more = kill
    ? ['-e', `inject=${kill.call}:signal=SIGKILL:when=${kill.number}`]
    : ['--seccomp-bpf'];
  return ['-f', '-y', '-xx', '-s', String(2 ** 24), '-o', output, ...traced, ...more];
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)(.*)$/;
const CUT = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)\) += (-?\d+)(.*)$/;

/** The calls of a trace in the order in which they ended. What failed did nothing. */
export function readCalls(trace: string): readonly Call[] {
  const calls: Call[] = [];
  const cut = new Map<string, { readonly name: string; readonly args: string; begun: number }>();
  const end = (name: string, args: string, result: string, more: string, begun: number) => {
    if (Number(result) >= 0) calls.push({ name, args, result: Number(result), more, begun });
  };
  for (const line of trace.split('\n')) {
    const [, thread, name, args] = CUT.exec(line) ?? [];
    if (thread && name) {
      cut.set(thread, { name, args: args ?? '', begun: calls.length });
      continue;
    }
    const resumed = RESUMED.exec(line);
    const before = resumed && cut.get(resumed[1]!);
    if (resumed && before) {
      end(before.name, before.args + resumed[2], resumed[3]!, resumed[4]!, before.begun);
      continue;
    }
    const whole = WHOLE.exec(line);
    if (whole) end(whole[2]!, whole[3]!, whole[4]!, whole[5]!, calls.length);
  }
  return calls;
}

/** What stands in `\x..`. */
export const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** What is quoted in the arguments, in order. */
export const quotedIn = (args: string): readonly Buffer[] =>
  Array.from(args.matchAll(/"([^"]*)"/g), ([, text]) => unhex(text!));

/** The descriptor that an argument begins with, and its path. */
export function descriptorIn(args: string): { readonly number: number; readonly path: string } {
  const [, number, path] = /^(-?\d+)(?:<((?:\\x..)*)>)?/.exec(args) ?? [];
  return { number: Number(number ?? -1), path: unhex(path ?? '').toString() };
}
