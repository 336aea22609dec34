import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDurably } from '@edgeloop/disk';
import type { Bytes, EpochMillis, Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import { MEND } from '../store/store-failure.ts';
import type { CheckAnswer, CheckResult } from './check-result.ts';
import { isCheckDue } from './is-check-due.ts';

export interface DatabaseCheckOptions {
  readonly folder: string;
  /** The name of the database's file in `folder`. */
  readonly file: string;
  /** Whoever had it open before did not close it. */
  readonly endedBadly: boolean;
  readonly now: () => EpochMillis;
  /** The start of the process is over by then. */
  readonly first: Millis;
  /** It looks whether a check is due. */
  readonly every: Millis;
  /**
   * While a check reads, the log of writes only grows: with so much of it the check is given up
   * until later.
   */
  readonly mostLog: Bytes;
  readonly log: Logger;
}

const RESULT_FILE = 'database-check.json';
const LOOK_AT_LOG_EVERY = 2000;
const CHILD = import.meta.url.endsWith('.ts') ? './check-child.ts' : './check-child.js';

/**
 * Reads every page of the database now and then, so that a damaged one is found before it is needed
 * and before every backup has it. By a process of its own that has what others leave of the
 * processor; nobody waits for it, and it changes nothing.
 */
export class DatabaseCheck {
  readonly #options: DatabaseCheckOptions;
  readonly #task: PeriodicTask;
  #endedBadly: boolean;
  #last: CheckResult | null = null;
  #timer: NodeJS.Timeout | null = null;
  #child: ChildProcess | null = null;

  constructor(options: DatabaseCheckOptions) {
    this.#options = options;
    this.#endedBadly = options.endedBadly;
    this.#task = new PeriodicTask({
      every: options.every,
      run: (signal) => this.#look(signal),
      onFailure: ({ message }) =>
        options.log.warn({ error: message }, 'the database is checked later'),
    });
  }

  /** With what the last one found: a restart mends nothing. */
  start(): void {
    this.#last = readResult(this.#path(RESULT_FILE));
    this.#timer = setTimeout(() => this.#task.start(), this.#options.first).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    const closed = this.#task.close();
    // One that could not be started has none: Node would end all of this process's own group.
    if (this.#child?.pid !== undefined) this.#child.kill('SIGKILL');
    await closed;
  }

  /** For `/healthz`; null: nothing is known to be damaged. */
  get problem(): string | null {
    const [first, ...more] = this.#last?.damages ?? [];
    if (first === undefined) return null;
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return `The database is damaged: ${first}${others}. Keep the backups that there are. ${MEND}`;
  }

  /** When it was last read to its end, in seconds since 1970; 0: never. */
  get checkedAt(): number {
    return (this.#last?.at ?? 0) / 1000;
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { now, log, file } = this.#options;
    if (!isCheckDue(this.#last, now(), this.#endedBadly)) return;
    const begun = performance.now();
    const answer = await this.#ask();
    if (signal.aborted) return;
    if ('failure' in answer) throw new Error(answer.failure);
    const { damages } = answer;
    const took = Math.round((performance.now() - begun) / 1000);
    this.#last = { at: now(), damages };
    this.#endedBadly = false;
    if (damages.length === 0) log.info({ file, seconds: took }, 'every page of it is whole');
    else log.error({ file, damages }, this.problem ?? '');
    await writeDurably(this.#path(RESULT_FILE), `${JSON.stringify(this.#last)}\n`);
  }

  async #ask(): Promise<CheckAnswer> {
    const { file, mostLog } = this.#options;
    const child = fork(fileURLToPath(new URL(CHILD, import.meta.url)), [this.#path(file)], {
      stdio: ['ignore', 'ignore', 2, 'ipc'],
      execArgv: CHILD.endsWith('.ts') ? process.execArgv : [],
    });
    this.#child = child;
    let answer: CheckAnswer = { failure: 'the process that reads it ended without a word' };
    child.on('message', (said: CheckAnswer) => {
      answer = said;
    });
    const watch = setInterval(() => {
      if (sizeOf(`${this.#path(file)}-wal`) <= mostLog) return;
      answer = { failure: 'too much is written meanwhile' };
      child.kill('SIGKILL');
    }, LOOK_AT_LOG_EVERY);
    try {
      // Its last word comes before its end, and may be heard after it.
      await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
      return answer;
    } finally {
      clearInterval(watch);
      this.#child = null;
    }
  }

  #path = (name: string) => join(this.#options.folder, name);
}

/** Null: there is none, or it was cut short by a power cut. */
function readResult(path: string): CheckResult | null {
  try {
    const { at, damages } = JSON.parse(readFileSync(path, 'utf8')) as CheckResult;
    return { at: Number(at), damages: damages.map(String) };
  } catch {
    return null;
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
