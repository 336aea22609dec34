import type { Logger } from 'pino';

/** The parts of a process that run: started in order, closed in reverse. */
export class Lifecycle {
  readonly #log: Logger;
  readonly #closing = new AbortController();
  #closers: (() => Promise<void> | void)[] = [];
  #starting: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Aborts when all are to be closed: nothing more is to be started, nor waited for. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * A part that was started, or is about to be.
   * @throws DOMException `AbortError` once all are to be closed: what starts them goes no further
   */
  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
    this.#closing.signal.throwIfAborted();
  }

  /**
   * What was started is closed when a later part fails.
   * @throws what `work` does; DOMException `AbortError` when all were closed meanwhile
   */
  async start<Started>(work: () => Promise<Started>): Promise<Started> {
    const starting = work();
    this.#starting = starting.catch(() => {});
    try {
      const started = await starting;
      this.#closing.signal.throwIfAborted();
      return started;
    } catch (error) {
      await this.close();
      await this.#closeAll();
      throw error;
    }
  }

  /**
   * Idempotent; one part that can't be closed does not keep the others. A start that is on its way
   * closes what it adds later by itself.
   */
  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  /**
   * The same, and waits first until a start that is on its way has given up at its next part: for
   * whoever needs its names, ports and files again. A part that is closed while it starts would go
   * on running.
   */
  async closeAfterStart(): Promise<void> {
    this.#closing.abort();
    await this.#starting;
    await this.close();
  }

  async #closeAll(): Promise<void> {
    const closers = this.#closers.reverse();
    this.#closers = [];
    for (const close of closers) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ error: (error as Error).message }, 'part not closed');
      }
    }
  }
}
