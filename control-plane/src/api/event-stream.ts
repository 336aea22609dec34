import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Bytes, mebibytes } from '@edgeloop/protocol';
import type { ControlPlaneEvent } from '../events/event-bus.ts';

/**
 * That wait for a reader; one that falls further behind is cut, and asks again with what it had
 * last.
 */
const BACKLOG: Bytes = mebibytes(1);

/**
 * What one reader is told (server-sent events): at first what it missed, as fast as it reads, then
 * what happens, as it happens.
 */
export class EventStream {
  readonly #response: Writable;
  readonly #ended = new AbortController();
  /** What happened while it was told what it missed. */
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isLive = false;

  constructor(response: Writable) {
    this.#response = response;
    response.on('error', () => {});
    response.on('close', () => this.#ended.abort());
  }

  /**
   * Returns when it hears what happens, or has gone.
   * @param missed null: it was away too long, and must read everything again
   */
  async begin(missed: readonly ControlPlaneEvent[] | null): Promise<void> {
    if (missed === null) await this.#write('event: reset\ndata: {}\n\n');
    else for (const event of missed) await this.#write(inWords(event));
    await this.#write(': listening\n\n');
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingBytes -= Buffer.byteLength(next);
      await this.#write(next);
    }
    this.#isLive = true;
  }

  /** Returns at once. */
  tell(event: ControlPlaneEvent): void {
    const said = inWords(event);
    if (this.#isLive) this.#response.write(said);
    else {
      this.#waiting.push(said);
      this.#waitingBytes += Buffer.byteLength(said);
    }
    const behind = this.#isLive ? this.#response.writableLength : this.#waitingBytes;
    if (behind > BACKLOG) this.#response.destroy();
  }

  /** A comment: proxies end what says nothing. */
  beat(): void {
    this.#response.write(': still here\n\n');
  }

  end(): void {
    this.#ended.abort();
    this.#response.end();
  }

  async #write(said: string): Promise<void> {
    const { signal } = this.#ended;
    if (signal.aborted || this.#response.write(said)) return;
    await once(this.#response, 'drain', { signal }).catch(() => {});
  }
}

const inWords = (event: ControlPlaneEvent) =>
  `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
