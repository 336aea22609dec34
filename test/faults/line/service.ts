import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** As the units have it. */
const RESTART_MILLIS = 1_000;

/** How a life of a service ended. */
export interface Ending {
  readonly service: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** By a fault, or because the run was over. */
  readonly ours: boolean;
  /** The last that it said. */
  readonly words: string;
}

export interface ServiceOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** As whom; root, unless. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Where it says what it does. */
  readonly log: string;
  /** What it says when it runs. */
  readonly ready: RegExp;
}

/**
 * A program that is started again whenever it ends, as a service manager does, and how its lives
 * ended.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly endings: Ending[] = [];
  #child: ChildProcess | null = null;
  #wanted = false;
  #struck = false;
  #frozen = false;
  #begun = 0;
  starts = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** It runs, and says so. */
  get isReady(): boolean {
    return this.#child !== null && this.#options.ready.test(this.said);
  }

  /** What this life, or the last, has said. */
  get said(): string {
    return readFileSync(this.#options.log, 'utf8').slice(this.#begun);
  }

  start(): void {
    this.#wanted = true;
    if (!this.#child) this.#spawn();
  }

  /** When it says that it runs; false: not within the time. */
  async ready(millis = 180_000): Promise<boolean> {
    for (const end = Date.now() + millis; Date.now() < end; await delay(50)) {
      if (this.isReady) return true;
    }
    return false;
  }

  /** When there is a process of it again. */
  async begun(): Promise<void> {
    while (this.#wanted && !this.#child) await delay(20);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child && ['SIGKILL', 'SIGQUIT'].includes(signal)) this.#struck = true;
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') this.#frozen = signal === 'SIGSTOP';
    this.#child?.kill(signal);
  }

  /** It is started again by itself. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'exit');
    this.signal(signal);
    await gone;
  }

  /** It stays down until it is started. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (!child) return;
    this.#struck = true;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }

  #spawn(): void {
    const { command, env = {}, as = {}, log } = this.#options;
    const output = openSync(log, 'a');
    this.#begun = statSync(log).size;
    this.#struck = false;
    this.#frozen = false;
    this.starts += 1;
    const [program, ...args] = command;
    const child = spawn(program as string, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      ...as,
    });
    this.#child = child;
    child.once('exit', (code, signal) => {
      // Who stands by ends one that was stopped with SQLite's lock, which nothing else takes back.
      const unlocked = this.#frozen && signal === 'SIGKILL';
      const ours = this.#struck || unlocked || (signal === null && code === 0);
      const words = ours ? '' : this.said.slice(-1_000);
      this.endings.push({ service: this.name, code, signal, ours, words });
      this.#child = null;
      if (this.#wanted) setTimeout(() => this.#wanted && this.start(), RESTART_MILLIS);
    });
  }
}
