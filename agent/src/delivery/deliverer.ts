import { DELIVERY_WINDOW, type Delivered, type Millis, type Tombstone } from '@edgeloop/protocol';
import { type Entry, lastSeq, type OutboxStatus } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import {
  type DeliveryWindow,
  markAcknowledged,
  markSent,
  markStored,
  restartWindow,
} from './delivery-window.ts';

export interface DelivererOptions {
  readonly outbox: Pick<Outbox, 'read' | 'deleteThrough' | 'renewStream' | 'status'>;
  /** Rows leave when they are stored, or already when the broker took them. */
  readonly delivery: 'stored' | 'puback';
  /** Sends one entry; resolves when the broker took it, rejects when the connection was lost. */
  readonly send: (entry: Entry, stream: OutboxStatus['stream'], replayed: boolean) => Promise<void>;
  /** Sent entries that are not stored by then are sent again. */
  readonly resendAfter: Millis;
  readonly monotonic: () => Millis;
  /** The file is older than what the store knows of it; a new stream begins. */
  readonly onStaleFile: (through: number) => void;
  /** `unheard` has become true. */
  readonly onUnheard: () => void;
}

/** Entries that are read from the outbox at once. */
const READ_AHEAD = 64;
/**
 * A broker tells what it retains at once. So long new rows wait for the store's word of the stream,
 * where there is none.
 */
const STORE_SPEAKS = 1_000;

/**
 * Sends the outbox in the order of the stream, at most `DELIVERY_WINDOW` entries beyond what is
 * stored: that is the back-pressure. Sends again after a reconnect, and when nothing was stored for
 * a while.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  #window: DeliveryWindow = restartWindow(1, 0);
  /** Changes with each restart of the window: what was read for an older one is dropped. */
  #epoch = 0;
  #stream: string | null = null;
  /** The last that was heard; it may come before the subscription is confirmed. */
  #latest: Delivered | null = null;
  #connected = false;
  #pumping = false;
  #pumpAgain = false;
  #progressAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** The last number that this agent has sent of the stream. */
  #sentHere = 0;
  /**
   * The file may be older than what the store knows of it: until the store has spoken, rows of this
   * agent are not sent.
   */
  #storeSpoke = false;
  #speaking: NodeJS.Timeout | null = null;
  /**
   * So far the store has rows of this stream that the file has forgotten: until another begins,
   * rows of this agent are not sent.
   */
  #forgotten: number | null = null;
  #renewing = false;
  #unheard = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /**
   * Rows have waited for so long that they were sent again, and no store has ever said a word: on
   * this broker there may be none.
   */
  get unheard(): boolean {
    return this.#unheard;
  }

  start(): void {
    const { resendAfter } = this.#options;
    this.#timer = setInterval(() => this.#checkProgress(), Math.min(1000, resendAfter / 4));
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.disconnected();
  }

  /**
   * Everything that the outbox holds is sent, as repetitions: it was sent before or had to wait.
   */
  connected(): void {
    this.#connected = true;
    const status = this.#options.outbox.status;
    this.#restart(status ? status.nextSeq - 1 : 0);
    if (!this.#storeSpoke) this.#speaking = setTimeout(() => this.#goOn(), STORE_SPEAKS);
    if (this.#latest) this.delivered(this.#latest).catch(() => {});
  }

  disconnected(): void {
    this.#connected = false;
    this.#unheard = false;
    this.#epoch += 1;
    if (this.#speaking) clearTimeout(this.#speaking);
    this.#speaking = null;
  }

  /** Rows came, or were evicted. */
  outboxChanged({ stream }: OutboxStatus): void {
    if (this.#stream !== null && this.#stream !== stream) {
      this.#sentHere = 0;
      this.#forgotten = null;
      this.#restart(0);
    } else this.#pump();
  }

  /** `delivered` came. What it says about another stream, one that was lost here, means nothing. */
  async delivered(message: Delivered): Promise<void> {
    const { stream, through, resend = false } = message;
    this.#latest = { stream, through };
    this.#unheard = false;
    const { outbox, delivery } = this.#options;
    const status = outbox.status;
    if (delivery === 'puback' || status?.stream !== stream) return;
    // What this agent has not sent can't be stored: another wrote those numbers, and the file has
    // forgotten it.
    if (through >= Math.max(status.openedSeq, this.#sentHere + 1)) {
      if (this.#forgotten === null) this.#options.onStaleFile(through);
      this.#forgotten = Math.max(through, this.#forgotten ?? 0);
      await this.#renewStream();
      return;
    }
    this.#goOn();
    if (through + 1 < status.oldestSeq) {
      // The store that had acknowledged these is gone: say so, or its successor waits for them for
      // ever.
      const reason: Tombstone['reason'] = 'acknowledged';
      const lost = { from: through + 1, to: status.oldestSeq - 1, reason };
      await this.#options.send({ kind: 'tombstone', ...lost }, stream, false);
      return;
    }
    await this.#stored(through);
    if (resend && this.#connected && this.#window.inFlight.length > 0) this.#sendAgain();
  }

  /**
   * On a disk that is full it is tried again: what was sent by then would be taken for what the
   * store has.
   */
  async #renewStream(): Promise<void> {
    const forgotten = this.#forgotten;
    if (forgotten === null || this.#renewing) return;
    this.#renewing = true;
    try {
      await this.#options.outbox.renewStream(forgotten);
      this.#forgotten = null;
    } finally {
      this.#renewing = false;
    }
  }

  /** The store has spoken of this stream, or has nothing to say. */
  #goOn(): void {
    if (this.#storeSpoke) return;
    this.#storeSpoke = true;
    if (this.#speaking) clearTimeout(this.#speaking);
    this.#pump();
  }

  async #stored(through: number): Promise<void> {
    const before = this.#window;
    this.#window = markStored(before, through);
    if (this.#window.inFlight.length < before.inFlight.length) {
      this.#progressAt = this.#options.monotonic();
    }
    this.#pump();
    const status = this.#options.outbox.status;
    if (status && through >= status.oldestSeq) this.#options.outbox.deleteThrough(through);
  }

  #restart(replayThrough: number): void {
    const status = this.#options.outbox.status;
    this.#stream = status?.stream ?? null;
    this.#window = restartWindow(status?.oldestSeq ?? 1, replayThrough);
    this.#epoch += 1;
    this.#progressAt = this.#options.monotonic();
    this.#pump();
  }

  #sendAgain(): void {
    this.#restart(Math.max(this.#window.sent, this.#window.replayThrough));
  }

  #checkProgress(): void {
    // Told by the word that made it necessary.
    this.#renewStream().catch(() => {});
    const waited = this.#options.monotonic() - this.#progressAt;
    const waiting = this.#connected && this.#window.inFlight.length > 0;
    if (waiting && waited >= this.#options.resendAfter) {
      this.#noteUnheard();
      this.#sendAgain();
    } else {
      // A read that failed may succeed now.
      this.#pump();
    }
  }

  #noteUnheard(): void {
    const { delivery, onUnheard } = this.#options;
    if (this.#unheard || this.#latest !== null || delivery === 'puback') return;
    this.#unheard = true;
    onUnheard();
  }

  #pump(): void {
    if (!this.#connected) return;
    // What changes while one pass ends must not wait for the next change.
    this.#pumpAgain = true;
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#sendPasses();
  }

  async #sendPasses(): Promise<void> {
    while (this.#pumpAgain) {
      this.#pumpAgain = false;
      // The outbox could not be read: its next change tries again.
      await this.#sendAll().catch(() => {});
    }
    this.#pumping = false;
  }

  async #sendAll(): Promise<void> {
    while (this.#connected) {
      const epoch = this.#epoch;
      const free = DELIVERY_WINDOW - this.#window.inFlight.length;
      const { nextSeq = 1, openedSeq = 1, stream = null } = this.#options.outbox.status ?? {};
      // A stream that began here is new to the store, too.
      const silent = !this.#storeSpoke && openedSeq > 1 && this.#options.delivery === 'stored';
      const held = silent || this.#forgotten !== null;
      const last = held ? Math.min(openedSeq, nextSeq) - 1 : nextSeq - 1;
      if (free <= 0 || stream === null || this.#window.sent >= last) return;
      this.#stream ??= stream;
      const entries = await this.#options.outbox.read(
        this.#window.sent,
        Math.min(free, READ_AHEAD, last - this.#window.sent),
      );
      if (epoch !== this.#epoch) continue;
      if (entries.length === 0) return;
      for (const entry of entries) this.#send(entry, stream);
    }
  }

  #send(entry: Entry, stream: OutboxStatus['stream']): void {
    const last = lastSeq(entry);
    const epoch = this.#epoch;
    if (this.#window.inFlight.length === 0) this.#progressAt = this.#options.monotonic();
    this.#window = markSent(this.#window, last);
    this.#sentHere = Math.max(this.#sentHere, last);
    const replayed = last <= this.#window.replayThrough;
    this.#options
      .send(entry, stream, replayed)
      .then(() => (epoch === this.#epoch ? this.#acknowledged(last) : undefined))
      // The connection was lost: everything is sent again at the next.
      .catch(() => {});
  }

  async #acknowledged(last: number): Promise<void> {
    if (this.#options.delivery !== 'puback') return;
    const { window, through } = markAcknowledged(this.#window, last);
    this.#window = window;
    if (through === null) return;
    // The window is shorter already: `#stored` sees no progress in it.
    this.#progressAt = this.#options.monotonic();
    await this.#stored(through);
  }
}
