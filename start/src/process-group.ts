import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { RESTART_STATUS } from '@edgeloop/protocol';
import { StartError } from './errors.ts';

/** The commands of the other packages: package, and its file. */
const PROGRAMS = {
  agent: ['agent', 'main.js'],
  'control-plane': ['control-plane', 'main.js'],
  edgeloop: ['control-plane', 'cli/main.js'],
  trainer: ['trainer', 'main.js'],
} as const;
type Program = keyof typeof PROGRAMS;

interface Daemon {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
  readonly logFile: string;
}

const resolve = createRequire(import.meta.url).resolve;

/** The built file of a program. */
export function programFile(program: Program): string {
  const [owner, file] = PROGRAMS[program];
  return join(dirname(resolve(`@edgeloop/${owner}/package.json`)), 'dist', file);
}

/** Agents, then the control plane, close within so long each; then they are ended by force. */
const GRACE = 2_000;

/**
 * The processes of one start. They hear Ctrl-C from here alone, so that they end in order, and end
 * by themselves when this process is killed.
 */
export class ProcessGroup {
  readonly #children = new Set<{ readonly name: string; readonly child: ChildProcess }>();
  readonly #stopped = new Set<string>();
  #stopping: Promise<void> | null = null;
  /** Rejects when a process ends that should not. */
  readonly failed: Promise<never>;
  #fail: (error: StartError) => void = () => {};

  constructor() {
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  /**
   * A process that runs until it is stopped; one that wants to is started again.
   * @returns the first line that it prints
   */
  async startDaemon(
    name: string,
    program: Program,
    args: readonly string[],
    logFile: string,
  ): Promise<string> {
    const lines = this.#watch({ name, program, args, logFile });
    const [line] = await Promise.race([once(lines, 'line'), this.failed]);
    return line as string;
  }

  #watch(daemon: Daemon): Interface {
    const { name, program, args, logFile } = daemon;
    const child = this.#fork(name, program, args, 'pipe');
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stderr?.pipe(log, { end: false });
    child.stdout?.pipe(log, { end: false });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.once('exit', (code, signal) => {
      if (this.#stopped.has(name)) return;
      if (code === RESTART_STATUS) {
        this.#watch(daemon);
        return;
      }
      const how = signal ?? `status ${code}`;
      const why = said.trim().split('\n').at(-1) || 'it said nothing';
      const message = `${name} ended with ${how}: ${why} (its log: ${logFile})`;
      this.#fail(new StartError('PROCESS_ENDED', message));
    });
    return createInterface({ input: child.stdout! });
  }

  /** A process that does one thing, its progress shown. @returns what it printed */
  async run(
    name: string,
    program: Program,
    args: readonly string[],
    progress: 'inherit' | 'pipe',
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const child = this.#fork(name, program, args, progress, env);
    let [printed, said] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code, signal] = await once(child, 'close');
    if (code === 0) return printed;
    const message = `${name} ended with ${signal ?? `status ${code}`}. ${said.trim()}`.trim();
    throw new StartError('PROCESS_ENDED', message);
  }

  /** The operator's command line. @returns what it printed */
  edgeloop({ url, token }: { url: string; token: string }, args: readonly string[]) {
    const env = { EDGELOOP_SERVER: url, EDGELOOP_TOKEN: token };
    return this.run(`edgeloop ${args.slice(0, 2).join(' ')}`, 'edgeloop', args, 'pipe', env);
  }

  /** Ends those whose name fits: in order, and after a while by force. */
  async stop(fits: (name: string) => boolean): Promise<void> {
    const chosen = [...this.#children].filter(({ name }) => fits(name));
    for (const { name } of chosen) this.#stopped.add(name);
    await Promise.all(chosen.map(({ child }) => end(child)));
  }

  /** Agents first: what they still say is stored. Idempotent. */
  stopAll(): Promise<void> {
    this.#stopping ??= this.stop((name) => name !== 'control plane').then(() =>
      this.stop(() => true),
    );
    return this.#stopping;
  }

  #fork(
    name: string,
    program: Program,
    args: readonly string[],
    stderr: 'inherit' | 'pipe',
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess {
    if (this.#stopping !== null)
      throw new StartError('PROCESS_ENDED', `${name} was not started: ending.`);
    const child = fork(programFile(program), [...args], {
      env: { ...process.env, ...env },
      // Its own process group: the terminal's Ctrl-C goes to us alone.
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'pipe', stderr, 'ipc'],
    });
    const entry = { name, child };
    this.#children.add(entry);
    child.once('exit', () => this.#children.delete(entry));
    return child;
  }
}

async function end(child: ChildProcess): Promise<void> {
  // One that could not be started has no end, and Node would signal all of our own group in its
  // place.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await gone;
  clearTimeout(force);
}
