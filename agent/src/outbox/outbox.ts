import type { Millis } from '@edgeloop/protocol';
import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import type { OutboxBounds } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';
import type { OutboxCalls, Stored } from './outbox-calls.ts';
import { RecentRows } from './recent-rows.ts';

export interface OutboxOptions {
  readonly folder: string;
  readonly bounds: OutboxBounds;
  readonly monotonic: () => Millis;
  /** After each change: rows came, were deleted or evicted. */
  readonly onChange: (status: OutboxStatus) => void;
  /** A damaged file was moved there, and a new stream began. */
  readonly onDamage: (movedTo: string) => void;
  /** Rows could not be committed; the next ones will be tried. */
  readonly onRejected: (rows: number, error: AgentError) => void;
}

interface Waiting extends NewRow {
  settle(committed: boolean): void;
}

/**
 * Rows that wait for their commit. One more is rejected: the card has been stalled for long then.
 */
const MAX_WAITING = 1024;
/** What is stored elsewhere is deleted with the next commit, or after this time. */
const DELETE_MILLIS = 1_000;
const EXPIRE_MILLIS = 60_000;
/** A thread that died (it ran out of memory) is started again after this time. */
const RESTART_MILLIS = 1_000;
/** Errors of a start that time or space may mend; others are the configuration's. */
const PASSING = /^(?:SQLITE_FULL|SQLITE_IOERR|SQLITE_BUSY|ENOSPC|EIO)/;

/**
 * What a device saw and nobody has stored yet, on disk. SQLite runs in a thread of its own: a flush
 * to a slow card takes up to seconds, in which frames must be read and the broker's pings answered.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #recent = new RecentRows();
  #thread: WorkerThread<OutboxCalls> | null = null;
  #waiting: Waiting[] = [];
  #committing = false;
  #stored: Stored | null = null;
  #deleteTimer: NodeJS.Timeout | null = null;
  #expireTimer: NodeJS.Timeout | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  #commits: Promise<void> = Promise.resolve();
  #uncommitted = 0;
  #status: OutboxStatus | null = null;
  #failing = false;
  #rejected = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Null until the file could be opened. */
  get status(): OutboxStatus | null {
    return this.#status;
  }

  /** Results that could not be committed: no number was used for them. */
  get rejected(): number {
    return this.#rejected;
  }

  /** The last commit failed. */
  get failing(): boolean {
    return this.#failing;
  }

  /**
   * @throws AgentError `STATE_UNUSABLE` when the folder can't be used. A full disk is no error:
   * space may come.
   */
  async start(): Promise<void> {
    const { folder } = this.#options;
    this.#startThread();
    try {
      await this.#ask('open', {});
    } catch (error) {
      const { cause } = error as { cause?: ThreadError };
      if (!PASSING.test(String(cause?.reason))) {
        await this.close();
        throw new AgentError(
          'STATE_UNUSABLE',
          `Expected a folder that can be written for state, received ${folder}: ${(error as Error).message}`,
          { cause: error },
        );
      }
      this.#failing = true;
    }
    const expire = () =>
      void this.#ask('expire', { now: this.#options.monotonic() }).catch(() => {});
    this.#expireTimer = setInterval(expire, EXPIRE_MILLIS);
  }

  /**
   * Commits the row at once, or with all that come while a commit is under way: as often as the
   * card can flush, and no oftener.
   * @returns whether it is on disk; never rejects.
   */
  append(row: NewRow): Promise<boolean> {
    return new Promise((settle) => {
      const refusal = this.#refusal();
      if (refusal !== null) {
        this.#reject(1, new AgentError('OUTBOX_FAILED', refusal));
        settle(false);
        return;
      }
      this.#uncommitted += 1;
      this.#waiting.push({ ...row, settle });
      if (!this.#committing) this.#commits = this.#commitAll();
    });
  }

  /** @see OutboxStore.read */
  async read(after: number, limit: number): Promise<readonly Entry[]> {
    const recent = this.#recent.read(after, limit);
    // What is about to be deleted is not there any more.
    const from = Math.max(after, this.#stored?.through ?? 0);
    return recent ?? this.#ask('read', { after: from, limit });
  }

  /**
   * What is stored elsewhere leaves the disk, if not at once: a flush of its own would cost as much
   * as a result's.
   */
  deleteThrough(through: number): void {
    const status = this.#status;
    if (!status || through < status.oldestSeq) return;
    this.#status = { ...status, oldestSeq: through + 1 };
    this.#stored = { stream: status.stream, through };
    this.#recent.drop(through);
    this.#deleteTimer ??= setTimeout(() => void this.#deleteStored(), DELETE_MILLIS);
  }

  /** @see OutboxStore.renewStream */
  async renewStream(through: number): Promise<void> {
    await this.#ask('renewStream', { through });
  }

  /** Commits what waits, then closes the file. */
  async close(): Promise<void> {
    for (const timer of [this.#restartTimer, this.#deleteTimer]) if (timer) clearTimeout(timer);
    if (this.#expireTimer) clearInterval(this.#expireTimer);
    const thread = this.#thread;
    if (!thread) return;
    await this.#commits;
    await this.#deleteStored();
    this.#thread = null;
    await thread.close();
  }

  #startThread(): void {
    const { folder, bounds } = this.#options;
    this.#thread = new WorkerThread<OutboxCalls>({
      module: new URL('./outbox-worker', import.meta.url),
      fromSource: import.meta.url.endsWith('.ts'),
      workerData: { folder, bounds },
      onDeath: () => {
        this.#thread = null;
        this.#failing = true;
        this.#restartTimer = setTimeout(() => this.#startThread(), RESTART_MILLIS);
      },
    });
    this.#thread.start();
  }

  /** Why no row is taken now; null: one is. */
  #refusal(): string | null {
    if (!this.#thread) {
      return 'Expected the thread of the outbox, received none: it is closed, or died and is started again within a second. Is there memory left?';
    }
    if (this.#uncommitted < MAX_WAITING) return null;
    return `Expected at most ${MAX_WAITING} results to wait for their commit. Is the disk stalled?`;
  }

  /** Until none waits. */
  async #commitAll(): Promise<void> {
    this.#committing = true;
    // What else comes in this turn is of the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#committing = false;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const rows = batch.map(({ camera, body }) => ({ camera, body }));
    const stored = this.#stored;
    let committed = true;
    try {
      await this.#ask('append', { rows, now: this.#options.monotonic(), stored }, (first) => {
        this.#recent.add(first, rows);
        this.#deleted(stored);
      });
    } catch (error) {
      committed = false;
      this.#reject(batch.length, error as AgentError);
    }
    this.#failing = !committed;
    this.#uncommitted -= batch.length;
    for (const { settle } of batch) settle(committed);
  }

  async #deleteStored(): Promise<void> {
    if (this.#deleteTimer) clearTimeout(this.#deleteTimer);
    this.#deleteTimer = null;
    const stored = this.#stored;
    if (!stored) return;
    // On a disk that fails it is tried with the next commit.
    await this.#ask('deleteStored', stored, () => this.#deleted(stored)).catch(() => {});
  }

  #deleted(stored: Stored | null): void {
    if (this.#stored === stored) this.#stored = null;
  }

  #reject(rows: number, error: AgentError): void {
    this.#rejected += rows;
    this.#options.onRejected(rows, error);
  }

  /** @param apply Of the answer, before anyone is told the status of the outbox. */
  async #ask<Name extends keyof OutboxCalls>(
    name: Name,
    request: OutboxCalls[Name]['request'],
    apply: (value: OutboxCalls[Name]['response']['value']) => void = () => {},
  ): Promise<OutboxCalls[Name]['response']['value']> {
    const thread = this.#thread;
    if (!thread) throw new AgentError('OUTBOX_FAILED', 'The outbox is closed.');
    try {
      const { value, status, movedTo } = await thread.call(name, request);
      if (movedTo) this.#options.onDamage(movedTo);
      apply(value);
      this.#changed(status);
      return value;
    } catch (error) {
      const { reason, message } = error as ThreadError;
      const text = `The outbox's file failed: ${message} (${reason}). Results are tried again as they come; is the disk full?`;
      throw new AgentError('OUTBOX_FAILED', text, { cause: error });
    }
  }

  #changed(status: OutboxStatus): void {
    const before = this.#status;
    const sameStream = before?.stream === status.stream;
    if (!sameStream) this.#stored = null;
    if (!sameStream || before.evicted !== status.evicted) this.#recent.clear();
    // What is about to be deleted is not there any more.
    const through = this.#stored?.through ?? 0;
    this.#status = { ...status, oldestSeq: Math.max(status.oldestSeq, through + 1) };
    const changed =
      !sameStream ||
      before.nextSeq !== status.nextSeq ||
      before.oldestSeq !== this.#status.oldestSeq;
    if (changed) this.#options.onChange(this.#status);
  }
}
