import { statfs } from 'node:fs/promises';
import { type Bytes, bytes, type Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { type DiskMarks, type DiskState, judgeDisk } from './judge-disk.ts';

export interface DiskGuardOptions {
  readonly folder: string;
  readonly marks: DiskMarks;
  readonly every: Millis;
  readonly log: Logger;
  readonly onChange: (state: DiskState, free: Bytes) => void;
}

/** Watches how much room is left, so that what must go on is not stopped by what need not. */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  #state: DiskState = 'room';
  #free = bytes(0);
  #total = bytes(0);
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
  }

  get state(): DiskState {
    return this.#state;
  }

  get marks(): DiskMarks {
    return this.#options.marks;
  }

  /** Bytes that are left. */
  get free(): Bytes {
    return this.#free;
  }

  /** Bytes of the whole disk. */
  get total(): Bytes {
    return this.#total;
  }

  /** For `/healthz`; null: all is well. */
  get problem(): string | null {
    if (this.#state === 'room') return null;
    const what = this.#state === 'full' ? 'nothing is stored' : 'samples and models are refused';
    return `${Math.floor(this.#free / 2 ** 20)} MiB are left on the disk: ${what}. Free some, or keep less: Setup, Retention.`;
  }

  /** Looks once before it returns. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), this.#options.every);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { folder, marks, log, onChange } = this.#options;
    try {
      const { bavail, blocks, bsize } = await statfs(folder);
      this.#free = bytes(bavail * bsize);
      this.#total = bytes(blocks * bsize);
    } catch (error) {
      // A disk that can't be asked stores nothing either: the store will say so.
      log.warn({ error: (error as Error).message }, 'the disk can not be asked for its room');
      return;
    }
    const state = judgeDisk(this.#state, this.#free, marks);
    if (state === this.#state) return;
    this.#state = state;
    log.warn({ state, freeBytes: this.#free }, 'room on the disk');
    onChange(state, this.#free);
  }
}
