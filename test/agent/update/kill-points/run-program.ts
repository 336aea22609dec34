import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said, a JSON object a line. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was said.
  readonly said: readonly any[];
  readonly errors: string;
}

/** Runs so long at most: it may hang, which is worth a failure. */
const LONGEST = 60_000;

/** A program of Node's to its end. @param strace Its options; null: it runs without. */
export async function runProgram(
  program: string,
  given: object,
  strace: readonly string[] | null,
): Promise<ProgramResult> {
  const command = [process.execPath, program, JSON.stringify(given)];
  const [file, ...args] = strace ? ['strace', ...strace, ...command] : command;
  // One thread does what is done to files: calls have an order, and so a number.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' };
  const child = spawn(file as string, args, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // With what strace runs.
  const late = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), LONGEST);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(late);
  const said = output.split('\n').filter((line) => line.startsWith('{'));
  return { code, signal, said: said.map((line) => JSON.parse(line)), errors };
}
