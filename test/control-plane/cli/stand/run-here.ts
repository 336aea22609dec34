import { PassThrough } from 'node:stream';
import { runCli } from '../../../../control-plane/src/cli/run-cli.ts';
import type { Surroundings } from '../../../../control-plane/src/cli/surroundings.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HereOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly now?: number;
  /** A terminal that is so wide, and what is typed on it; without: a pipe. */
  readonly terminal?: { readonly columns: number; readonly typed?: string };
  readonly signal?: AbortSignal;
  readonly onStdout?: (text: string) => void;
}

/** `edgeloop` within this process: as it runs, but for the start of a process. */
export async function runHere(
  options: HereOptions,
  ...argv: readonly string[]
): Promise<CliResult> {
  const { terminal, onStdout = () => {} } = options;
  let stdout = '';
  let stderr = '';
  const isTTY = terminal !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.ReadStream;
  const code = await runCli(argv, {
    version: '0.0.0-test',
    env: options.env ?? {},
    home: options.home ?? '/nonexistent',
    stdin,
    stdout: {
      isTTY,
      columns: terminal?.columns ?? 80,
      write(text) {
        stdout += text;
        onStdout(text);
      },
    },
    stderr: {
      isTTY,
      columns: terminal?.columns ?? 80,
      write(text) {
        stderr += text;
        // Whoever types waits for the question.
        if (terminal?.typed && text.includes('[y/N]')) stdin.push(`${terminal.typed}\n`);
      },
    },
    now: () => options.now ?? Date.now(),
    signal: options.signal ?? new AbortController().signal,
  } satisfies Surroundings);
  return { code, stdout, stderr };
}
