import { type Millis, seconds } from '@edgeloop/protocol';
import type { ControlPlaneError } from '../errors.ts';

/** How often it is asked, also where nothing is written. */
const ASKED_EVERY = seconds(10);
/**
 * By then a server has noticed that a connection of this process was cut off, which still has what
 * the next one asks for.
 */
const PATIENCE = seconds(30);

/**
 * Whether a database on PostgreSQL is still this process's. One that is cut off loses it to whoever
 * asks for it next, and is to end when it is back: two would work on one database.
 */
export class Ownership {
  readonly #ask: () => Promise<unknown>;
  readonly #patience: Millis;
  #refusedSince: number | null = null;
  #asking: Promise<unknown> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lose: (error: ControlPlaneError) => void = () => {};
  /** Resolves with `DATA_IN_USE` once it is another's. */
  readonly lost = new Promise<ControlPlaneError>((resolve) => {
    this.#lose = resolve;
  });

  /** @param ask the writer, which tells `held` or `refused` */
  constructor(ask: () => Promise<unknown>, patience: Millis = PATIENCE) {
    this.#ask = ask;
    this.#patience = patience;
  }

  /**
   * Another has it, or a connection of this process that its server takes for alive: nothing may be
   * written.
   */
  get inDoubt(): boolean {
    return this.#refusedSince !== null;
  }

  start(): void {
    this.#timer = setInterval(() => void this.confirm().catch(() => {}), ASKED_EVERY).unref();
  }

  /** @throws ControlPlaneError `DATA_IN_USE`, `STORE_FAILED` */
  async confirm(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
  }

  held(): void {
    this.#refusedSince = null;
  }

  refused(error: ControlPlaneError): void {
    const now = performance.now();
    this.#refusedSince ??= now;
    if (now - this.#refusedSince >= this.#patience) this.#lose(error);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}
