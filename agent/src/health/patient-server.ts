import { type Millis, seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { HttpServer } from './http-server.ts';

export interface PatientServerOptions {
  readonly server: Pick<HttpServer, 'start' | 'close'>;
  /** Tried again and again; false: the first try decides. */
  readonly waits: boolean;
  readonly onListening: (port: number) => void;
  readonly log: Logger;
  /** Between two tries. */
  readonly every?: Millis;
}

const TRY_EVERY: Millis = seconds(10);

/**
 * Health, metrics and the local page. In a service a port that is taken, or an address that the
 * machine does not have yet, is tried until it is free: that nobody can look at it is no reason to
 * see nothing.
 */
export class PatientServer {
  readonly #options: PatientServerOptions;
  #problem: string | null = null;
  #trying: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(options: PatientServerOptions) {
    this.#options = options;
  }

  /** Why it does not listen, and what to do; null: it does. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Returns after the first try. @throws AgentError `HTTP_UNAVAILABLE` where it does not wait */
  start(): Promise<void> {
    this.#trying = this.#try();
    return this.#trying;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#trying.catch(() => {});
    await this.#options.server.close();
  }

  async #try(): Promise<void> {
    const { server, waits, onListening, log, every = TRY_EVERY } = this.#options;
    try {
      const port = await server.start();
      this.#problem = null;
      onListening(port);
    } catch (error) {
      if (!waits) throw error;
      const { message } = error as Error;
      if (this.#problem === null) log.error({ error: message }, 'no health, metrics and page');
      this.#problem = message;
      if (!this.#closing) this.#timer = setTimeout(() => void this.start(), every);
    }
  }
}
