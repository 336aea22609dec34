import type { BoundedTime } from '../../trusted-time/bounded-time.ts';
import type { Journal } from './journal.ts';
import type { QueuedMessage } from './journal-changes.ts';
import { OutgoingQueue, type PacketKey } from './outgoing-queue.ts';
import { costOf, type Loss, type PersistenceLimits } from './persistence-limits.ts';

interface Session {
  readonly queue: OutgoingQueue;
  /** When its client was here last. */
  seenAt: number;
}

interface SessionsOptions {
  readonly limits: PersistenceLimits;
  readonly journal: Journal;
  /** What waits for a client is not dropped because a clock was set. */
  readonly time: BoundedTime;
  readonly onLoss: (loss: Loss) => void;
}

/** The sessions that outlive their connection: who has one, and what waits for them. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  #nextNumber = 1;
  #bytes = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Messages that wait, of all. */
  get waiting(): number {
    let waiting = 0;
    for (const { queue } of this.#sessions.values()) waiting += queue.size;
    return waiting;
  }

  has(client: string): boolean {
    return this.#sessions.has(client);
  }

  restore(client: string, seenAt: number): void {
    this.#sessions.set(client, { queue: new OutgoingQueue(), seenAt });
  }

  restoreMessage(client: string, number: number, message: QueuedMessage): void {
    const session = this.#sessions.get(client);
    this.#nextNumber = Math.max(this.#nextNumber, number + 1);
    if (session?.queue.add(number, message)) this.#bytes += costOf(message);
    else this.#options.journal.note({ table: 'queue', client, number, value: null });
  }

  /** Its client is here, or just went. */
  see(client: string): void {
    const seenAt = this.#options.time.latest();
    const session = this.#sessions.get(client);
    if (session) session.seenAt = seenAt;
    else this.#sessions.set(client, { queue: new OutgoingQueue(), seenAt });
    this.#options.journal.note({ table: 'sessions', client, value: seenAt });
  }

  /** Drops the message where there is no room, and says so. */
  enqueue(client: string, message: QueuedMessage): void {
    const { limits, journal, onLoss } = this.#options;
    if (!this.#sessions.has(client)) this.see(client);
    const { queue } = this.#sessions.get(client) as Session;
    const cost = costOf(message);
    if (queue.size >= limits.queue.messages || queue.bytes + cost > limits.queue.bytes) {
      onLoss('queue-full');
      return;
    }
    if (this.#bytes + cost > limits.queues.bytes) {
      onLoss('queues-full');
      return;
    }
    const number = this.#nextNumber++;
    if (!queue.add(number, message)) return;
    this.#bytes += cost;
    journal.note({ table: 'queue', client, number, value: message });
  }

  /** Before it is sent: with its packet identifier, which may change, or PUBREL in its place. */
  update(client: string, packet: PacketKey): boolean {
    const queue = this.#sessions.get(client)?.queue;
    if (!queue) return false;
    const before = queue.bytes;
    const updated =
      queue.assign(packet) ??
      (packet.messageId === undefined ? null : queue.release(packet.messageId));
    if (!updated) return false;
    this.#bytes += queue.bytes - before;
    const { number, message: value } = updated;
    this.#options.journal.note({ table: 'queue', client, number, value });
    return true;
  }

  /** @returns what was acknowledged */
  acknowledge(client: string, messageId: number): QueuedMessage | null {
    const removed = this.#sessions.get(client)?.queue.remove(messageId);
    if (!removed) return null;
    this.#bytes -= costOf(removed.message);
    this.#options.journal.note({ table: 'queue', client, number: removed.number, value: null });
    return removed.message;
  }

  messages(client: string): QueuedMessage[] {
    return this.#sessions.get(client)?.queue.messages() ?? [];
  }

  end(client: string): void {
    const session = this.#sessions.get(client);
    if (!session) return;
    const { journal } = this.#options;
    this.#sessions.delete(client);
    this.#bytes -= session.queue.bytes;
    for (const number of session.queue.numbers()) {
      journal.note({ table: 'queue', client, number, value: null });
    }
    journal.note({ table: 'sessions', client, value: null });
  }

  /** Clients that own one. */
  clients(): string[] {
    return [...this.#sessions.keys()];
  }

  /**
   * Those to end, of clients that are not online: nobody came back in time, or there are too many.
   */
  overdue(isOnline: (client: string) => boolean): { client: string; loss: Loss }[] {
    const { limits, time } = this.#options;
    const offline = [...this.#sessions].filter(([client]) => !isOnline(client));
    offline.sort(([, a], [, b]) => a.seenAt - b.seenAt);
    const surplus = this.#sessions.size - limits.sessions;
    return offline.flatMap(([client, { seenAt }], i): { client: string; loss: Loss }[] => {
      if (i < surplus) return [{ client, loss: 'session-evicted' }];
      return time.earliest() - seenAt > limits.expiry ? [{ client, loss: 'session-expired' }] : [];
    });
  }
}
