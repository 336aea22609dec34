import { execFile } from 'node:child_process';

const DEADLINE = 2_000;
/** Programs that this machine lacks are asked for once. */
const missing = new Set<string>();

/** What a program says, in a line. Empty: it is not there, failed, or took too long. */
export function ask(program: string, args: readonly string[]): Promise<string> {
  if (missing.has(program)) return Promise.resolve('');
  return new Promise((resolve) => {
    execFile(program, args, { timeout: DEADLINE, encoding: 'utf8' }, (error, output) => {
      if (error?.code === 'ENOENT') missing.add(program);
      resolve(error ? '' : output.trim());
    });
  });
}
