import type { Millis } from '@edgeloop/protocol';
import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import type { OutboxBounds } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';
import type { OutboxCalls } from './outbox-calls.ts';

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

/** Rows that wait for their commit. One more is rejected: the card has been stalled for long then. */
const MAX_WAITING = 1024;
/** Rows that come within this time share a commit, and so the card's slow flush. */
const BATCH_MILLIS = 4;
const EXPIRE_MILLIS = 60_000;
/** A thread that died (it ran out of memory) is started again after this time. */
const RESTART_MILLIS = 1_000;
/** Errors of a start that time or space may mend; others are the configuration's. */
const PASSING = /^(?:SQLITE_FULL|SQLITE_IOERR|SQLITE_BUSY|ENOSPC|EIO)/;

/**
 * What a device saw and nobody has stored yet, on disk. SQLite runs in a thread of its own: a flush to a slow card takes
 * up to seconds, in which frames must be read and the broker's pings answered.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #thread: WorkerThread<OutboxCalls> | null = null;
  #waiting: Waiting[] = [];
  #batchTimer: NodeJS.Timeout | null = null;
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

  /** @throws AgentError `STATE_UNUSABLE` when the folder can't be used. A full disk is no error: space may come. */
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

  /** Commits the row together with its neighbours. @returns whether it is on disk; never rejects. */
  append(row: NewRow): Promise<boolean> {
    return new Promise((settle) => {
      if (this.#uncommitted >= MAX_WAITING || !this.#thread) {
        const error = `Expected at most ${MAX_WAITING} results to wait for their commit. Is the disk stalled?`;
        this.#reject(1, new AgentError('OUTBOX_FAILED', error));
        settle(false);
        return;
      }
      this.#uncommitted += 1;
      this.#waiting.push({ ...row, settle });
      this.#batchTimer ??= setTimeout(() => this.#flush(), BATCH_MILLIS);
    });
  }

  /** @see OutboxStore.read */
  read(after: number, limit: number): Promise<readonly Entry[]> {
    return this.#ask('read', { after, limit });
  }

  /** @see OutboxStore.deleteThrough */
  async deleteThrough(through: number): Promise<void> {
    await this.#ask('deleteThrough', { through });
  }

  /** @see OutboxStore.renewStream */
  async renewStream(through: number): Promise<void> {
    await this.#ask('renewStream', { through });
  }

  /** Commits what waits, then closes the file. */
  async close(): Promise<void> {
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    const thread = this.#thread;
    if (!thread) return;
    if (this.#expireTimer) clearInterval(this.#expireTimer);
    this.#flush();
    await this.#commits;
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

  #flush(): void {
    if (this.#batchTimer) clearTimeout(this.#batchTimer);
    this.#batchTimer = null;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) this.#commits = Promise.all([this.#commits, this.#commit(batch)]).then();
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const rows = batch.map(({ camera, body }) => ({ camera, body }));
    let committed = true;
    try {
      await this.#ask('append', { rows, now: this.#options.monotonic() });
    } catch (error) {
      committed = false;
      this.#reject(batch.length, error as AgentError);
    }
    this.#failing = !committed;
    this.#uncommitted -= batch.length;
    for (const { settle } of batch) settle(committed);
  }

  #reject(rows: number, error: AgentError): void {
    this.#rejected += rows;
    this.#options.onRejected(rows, error);
  }

  async #ask<Name extends keyof OutboxCalls>(
    name: Name,
    request: OutboxCalls[Name]['request'],
  ): Promise<OutboxCalls[Name]['response']['value']> {
    const thread = this.#thread;
    if (!thread) throw new AgentError('OUTBOX_FAILED', 'The outbox is closed.');
    try {
      const { value, status, movedTo } = await thread.call(name, request);
      if (movedTo) this.#options.onDamage(movedTo);
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
    this.#status = status;
    const changed =
      before?.stream !== status.stream ||
      before.nextSeq !== status.nextSeq ||
      before.oldestSeq !== status.oldestSeq;
    if (changed) this.#options.onChange(status);
  }
}
