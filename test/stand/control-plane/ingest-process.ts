import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PROGRAMS } from '../programs.ts';

/** `edgeloop-control-plane ingest` as a process of its own. */
export class IngestProcess {
  readonly #args: readonly string[];
  #child: ChildProcess | null = null;
  stderr = '';
  port = 0;

  /** On any free port. */
  constructor(args: readonly string[]) {
    this.#args = args;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const child = fork(PROGRAMS.controlPlane, ['ingest', '--port', '0', ...this.#args], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    const line = await Promise.race([
      once(createInterface({ input: child.stdout! }), 'line').then(([text]) => text as string),
      once(child, 'exit').then(([code]) => {
        throw new Error(`ingest ended with ${code}: ${this.stderr}`);
      }),
    ]);
    this.port = JSON.parse(line).port;
  }

  /** Whether it has the lease; one that is stopped or gone says no. */
  async ingests(): Promise<boolean> {
    return (await this.health())?.ingests ?? false;
  }

  /** Null: it does not answer. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  async health(): Promise<any> {
    const signal = AbortSignal.timeout(300);
    return fetch(`http://127.0.0.1:${this.port}/healthz`, { signal })
      .then((response) => response.json())
      .catch(() => null);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** @returns what it ended with */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = await exit;
    return code;
  }
}
