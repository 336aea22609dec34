import type { Logger } from 'pino';

/** What of a process runs: started in order, closed in reverse. */
export class Parts {
  readonly #log: Logger;
  readonly #closers: (() => Promise<void> | void)[] = [];
  #closed: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A part that was started. */
  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** What was started is closed when a later part fails. */
  async start<Started>(work: () => Promise<Started>): Promise<Started> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Idempotent; one part that can't be closed does not keep the others. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ error: (error as Error).message }, 'part not closed');
      }
    }
  }
}
