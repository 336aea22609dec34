import type { Millis } from '@edgeloop/protocol';
import type { Pacer } from '../../server/pacer.ts';
import type { Download, ServerClient } from '../../server/server-client.ts';
import { UpdateError } from '../update-error.ts';
import { type RateLimits, RateWatch } from './rate-watch.ts';
import { refuseStatus } from './refuse-status.ts';

export interface RetrievalLimits extends RateLimits {
  /** The server may say nothing for so long. */
  readonly idle: Millis;
  /** For all of it. */
  readonly deadline: Millis;
}

export interface RetrievalOptions {
  readonly server: Pick<ServerClient, 'get'>;
  readonly limits: RetrievalLimits;
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
}

/**
 * One try to bring something from the server: never more bytes than were asked for, never slower
 * than the limits say.
 */
export class Retrieval {
  readonly #options: RetrievalOptions;
  readonly #watch: RateWatch;
  readonly #deadline: AbortSignal;
  readonly #signal: AbortSignal;

  constructor(options: RetrievalOptions) {
    this.#options = options;
    this.#watch = new RateWatch(options.limits);
    this.#deadline = AbortSignal.timeout(options.limits.deadline);
    this.#signal = AbortSignal.any([options.signal, this.#deadline]);
  }

  /**
   * A whole answer of at most so many bytes.
   * @throws UpdateError `PACKAGE_MISSING`, `SERVER_…`, `TOO_SLOW`; the signal's reason
   */
  async small(path: string, most: number): Promise<Buffer> {
    const download = await this.open(path, {});
    if (download.status !== 200) {
      download.discard();
      throw refuseStatus(path, download);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(path, download, most)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Any answer, its body still to be read with `pieces`, or to be discarded. */
  async open(path: string, headers: Readonly<Record<string, string>>): Promise<Download> {
    const { server, limits } = this.#options;
    try {
      return await server.get({ path, headers, idle: limits.idle, signal: this.#signal });
    } catch (error) {
      throw this.#explain(path, error);
    }
  }

  /**
   * The body as it comes, at the pace that is allowed. More than `most` bytes are not taken, and
   * never given out.
   */
  async *pieces(path: string, { headers, body, discard }: Download, most: number) {
    const announced = headers['content-length'];
    if (announced !== undefined && Number(announced) > most) {
      discard();
      throw tooMany(path, most, announced);
    }
    let received = 0;
    for await (const piece of this.#watched(path, body)) {
      received += piece.length;
      if (received > most) throw tooMany(path, most, 'more');
      yield piece;
    }
  }

  async *#watched(path: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let since = performance.now();
    try {
      for await (const piece of body) {
        if (this.#watch.add(piece.length, performance.now() - since)) {
          const { minRate } = this.#options.limits;
          const message = `Expected at least ${minRate} bytes a second of ${path}, received less. Is the network overloaded, or does somebody hold the download up?`;
          throw new UpdateError('TOO_SLOW', message, { retry: true });
        }
        await this.#options.pacer.admit(piece.length, this.#signal);
        yield piece;
        since = performance.now();
      }
    } catch (error) {
      throw this.#explain(path, error);
    }
  }

  #explain(path: string, error: unknown): unknown {
    const { signal, limits } = this.#options;
    if (signal.aborted) return signal.reason;
    if (error instanceof UpdateError) return error;
    const cause = error as Error;
    const options = { retry: true, cause };
    if (!this.#deadline.aborted) {
      const message = `Expected ${path} from the server: ${cause.message}.`;
      return new UpdateError('SERVER_UNAVAILABLE', message, options);
    }
    const message = `Expected to be done within ${limits.deadline / 1000} s, was still at ${path}. The next try goes on from there.`;
    return new UpdateError('TOO_SLOW', message, options);
  }
}

function tooMany(path: string, most: number, received: string): UpdateError {
  const message = `Expected at most ${most} bytes of ${path}, received ${received}. Does server.url name an Edgeloop server?`;
  return new UpdateError('SERVER_ANSWER_WRONG', message, { retry: true });
}
