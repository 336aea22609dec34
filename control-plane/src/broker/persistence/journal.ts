import { setTimeout as delay } from 'node:timers/promises';
import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import { ControlPlaneError } from '../../errors.ts';
import type { BrokerState, Change, JournalCalls } from './journal-changes.ts';

/** Where changes are written: a file, or nowhere. */
export interface Journal {
  /** @throws ControlPlaneError `DATA_UNUSABLE`, `DATA_NEWER` */
  open(): Promise<BrokerState>;
  note(change: Change): void;
  /** What was noted is written first. Idempotent. */
  close(): Promise<void>;
}

/** Changes gather for so long before they are written, in milliseconds. */
const GATHER = 20;
/** After a failed commit. */
const RETRY = 1000;

/**
 * Writes what the broker keeps to `broker.sqlite`, behind it, in a thread of its own. A change is
 * in the file about 20 ms after it was noted, and survives the process then; a power cut may take
 * back more. A PUBACK waits for none of this: it says that the broker holds the message in memory.
 * What must not be lost is sent again until `delivered` confirms it.
 *
 * Bound: one change for each thing that is kept, the last; they are kept themselves within
 * `PersistenceLimits`. What came and went within the 20 ms is never written.
 */
export class FileJournal implements Journal {
  readonly #folder: string;
  readonly #onProblem: (problem: string | null) => void;
  readonly #onDamage: (movedTo: string) => void;
  readonly #closing = new AbortController();
  #thread: WorkerThread<JournalCalls>;
  #pending = new Map<string, Change>();
  /** The thread ended by itself: another is started, though nothing is to be written. */
  #threadDied = false;
  /** Numbers of messages that the file has, or will have when the commit at hand is done. */
  readonly #written = new Set<number>();
  #writing: Promise<void> | null = null;

  /**
   * @param onProblem why the last commit failed, null when one succeeded after that
   * @param onDamage a damaged file was moved there, and a new one took its place
   */
  constructor(
    folder: string,
    onProblem: (problem: string | null) => void,
    onDamage: (movedTo: string) => void = () => {},
  ) {
    this.#folder = folder;
    this.#onProblem = onProblem;
    this.#onDamage = onDamage;
    this.#thread = this.#createThread();
  }

  async open(): Promise<BrokerState> {
    this.#thread.start();
    try {
      const { kept, movedTo } = await this.#thread.call('open', null);
      if (movedTo) this.#onDamage(movedTo);
      for (const { number } of kept.queue) this.#written.add(number);
      return kept;
    } catch (error) {
      await this.#thread.close();
      const { message, reason } = error as ThreadError;
      if (reason === 'DATA_NEWER') throw new ControlPlaneError(reason, message, { cause: error });
      throw new ControlPlaneError(
        'DATA_UNUSABLE',
        `Expected broker.sqlite in ${this.#folder} to be usable: ${message} (${reason}).`,
        { cause: error },
      );
    }
  }

  note(change: Change): void {
    const key = keyOf(change);
    if (change.table === 'queue' && change.value === null && !this.#written.has(change.number)) {
      this.#pending.delete(key);
      return;
    }
    this.#pending.set(key, change);
    this.#writing ??= this.#write();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
    await this.#thread.close();
  }

  async #write(): Promise<void> {
    while (this.#pending.size > 0 || this.#threadDied) {
      await this.#wait(GATHER);
      const batch = this.#pending;
      this.#pending = new Map();
      for (const change of batch.values()) this.#count(change);
      try {
        if (this.#threadDied) this.#restart();
        await this.#thread.call('commit', [...batch.values()]);
        this.#onProblem(null);
      } catch (error) {
        this.#onProblem((error as Error).message);
        if (this.#closing.signal.aborted) break;
        // What was said since counts more.
        this.#pending = new Map([...batch, ...this.#pending]);
        await this.#wait(RETRY);
      }
    }
    this.#writing = null;
  }

  async #wait(time: number): Promise<void> {
    const { signal } = this.#closing;
    await delay(time, undefined, { signal, ref: false }).catch(() => {});
  }

  #died(error: ThreadError): void {
    this.#onProblem(error.message);
    this.#threadDied = true;
    if (!this.#closing.signal.aborted) this.#writing ??= this.#write();
  }

  #restart(): void {
    this.#threadDied = false;
    this.#thread = this.#createThread();
    this.#thread.start();
  }

  #createThread(): WorkerThread<JournalCalls> {
    return new WorkerThread<JournalCalls>({
      module: new URL('./journal-worker', import.meta.url),
      fromSource: import.meta.url.endsWith('.ts'),
      workerData: { folder: this.#folder },
      onDeath: (error) => this.#died(error),
    });
  }

  #count(change: Change): void {
    if (change.table !== 'queue') return;
    if (change.value) this.#written.add(change.number);
    else this.#written.delete(change.number);
  }
}

/** For a broker that forgets everything when it ends. */
export const NO_JOURNAL: Journal = {
  open: async () => ({ retained: [], sessions: [], subscriptions: [], queue: [], wills: [] }),
  note: () => {},
  close: async () => {},
};

function keyOf(change: Change): string {
  switch (change.table) {
    case 'retained':
      return `r ${change.topic}`;
    case 'subscriptions':
      return `f ${change.client}\n${change.filter}`;
    case 'queue':
      return `q ${change.number}`;
    case 'sessions':
    case 'wills':
      return `${change.table} ${change.client}`;
  }
}
