import { Worker } from 'node:worker_threads';
import type { EpochMillis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';
import type { OutboxAnswer, OutboxRequests } from './worker-messages.ts';

export interface OutboxOptions {
  readonly folder: string;
  readonly bounds: OutboxBounds;
  readonly now: () => EpochMillis;
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
/** Errors of a start that time or space may mend; others are the configuration's. */
const PASSING = /^(?:SQLITE_FULL|SQLITE_IOERR|SQLITE_BUSY|ENOSPC|EIO)/;

/**
 * What a device saw and nobody has stored yet, on disk. SQLite runs in a thread of its own: a flush to a slow card takes
 * up to seconds, in which frames must be read and the broker's pings answered.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<
    number,
    { resolve(value: unknown): void; reject(error: AgentError): void }
  >();
  #worker: Worker | null = null;
  #nextId = 1;
  #waiting: Waiting[] = [];
  #batchTimer: NodeJS.Timeout | null = null;
  #expireTimer: NodeJS.Timeout | null = null;
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
    const { folder, bounds } = this.#options;
    this.#worker = startWorker({ folder, bounds });
    this.#worker.on('message', (answer: OutboxAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    try {
      await this.#ask('open', {});
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      if (!PASSING.test(String(cause?.code))) {
        await this.close();
        throw new AgentError(
          'STATE_UNUSABLE',
          `Expected a folder that can be written for state, received ${folder}: ${(error as Error).message}`,
          { cause: error },
        );
      }
      this.#failing = true;
    }
    const expire = () => void this.#ask('expire', { now: this.#options.now() }).catch(() => {});
    this.#expireTimer = setInterval(expire, EXPIRE_MILLIS);
  }

  /** Commits the row together with its neighbours. @returns whether it is on disk; never rejects. */
  append(row: NewRow): Promise<boolean> {
    return new Promise((settle) => {
      if (this.#uncommitted >= MAX_WAITING || !this.#worker) {
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
  async renewStream(): Promise<void> {
    await this.#ask('renewStream', {});
  }

  /** Commits what waits, then closes the file. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    if (this.#expireTimer) clearInterval(this.#expireTimer);
    this.#flush();
    await this.#commits;
    this.#worker = null;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ id: 0, kind: 'close' });
    await gone;
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
      await this.#ask('append', { rows, now: this.#options.now() });
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

  #ask<Kind extends keyof OutboxRequests>(
    kind: Kind,
    request: OutboxRequests[Kind]['request'],
  ): Promise<OutboxRequests[Kind]['response']> {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new AgentError('OUTBOX_FAILED', 'The outbox is closed.'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, kind, ...request });
    });
  }

  #settle(answer: OutboxAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('failure' in answer) {
      const message = `The outbox's file failed: ${answer.failure.message} (${answer.failure.code}). Results are tried again as they come; is the disk full?`;
      pending?.reject(new AgentError('OUTBOX_FAILED', message, { cause: answer.failure }));
      return;
    }
    if (answer.movedTo) this.#options.onDamage(answer.movedTo);
    if (answer.status) this.#changed(answer.status);
    pending?.resolve(answer.response);
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

  #fail(cause: Error): void {
    const error = new AgentError('OUTBOX_FAILED', `The outbox's thread died: ${cause.message}`, {
      cause,
    });
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#worker = null;
    this.#failing = true;
  }
}

function startWorker(workerData: { folder: string; bounds: OutboxBounds }): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./outbox-worker.js', import.meta.url), { workerData });
  }
  // From source: on Node 20 tsx does not reach into a worker by itself.
  const module = JSON.stringify(new URL('./outbox-worker.ts', import.meta.url).href);
  const program = `import('tsx/esm/api').then(({ register }) => { register(); return import(${module}); });`;
  return new Worker(program, { eval: true, workerData });
}
