import type { QueuedMessage } from './journal-changes.ts';
import { costOf } from './persistence-limits.ts';

/** [MQTT-2.3.1-1] */
const MAX_MESSAGE_ID = 65_535;

interface Queued {
  readonly number: number;
  readonly message: QueuedMessage;
}

interface Origin {
  readonly brokerId?: string | null;
  readonly brokerCounter?: number;
}

/** What aedes says of a message that it sends or that was acknowledged. */
export interface PacketKey extends Origin {
  messageId?: number;
  dup?: boolean;
}

/**
 * A session's messages that were not acknowledged, in order. Each has a number of its own and is
 * found by its origin (broker and counter) before it is sent, by its packet identifier after.
 */
export class OutgoingQueue {
  readonly #messages = new Map<number, QueuedMessage>();
  readonly #byOrigin = new Map<string, number>();
  readonly #byMessageId = new Map<number, number>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @returns false when it is there already: two filters of the client matched it */
  add(number: number, message: QueuedMessage): boolean {
    const origin = originOf(message);
    if (origin !== null && this.#byOrigin.has(origin)) return false;
    this.#messages.set(number, message);
    this.#bytes += costOf(message);
    if (origin !== null) this.#byOrigin.set(origin, number);
    if (message.messageId !== null) this.#byMessageId.set(message.messageId, number);
    return true;
  }

  /**
   * The message with this origin is sent with this packet identifier, or another where it is in
   * use.
   */
  assign(packet: PacketKey): Queued | null {
    const number = this.#byOrigin.get(originOf(packet) ?? '');
    const message = number === undefined ? undefined : this.#messages.get(number);
    if (number === undefined || !message) return null;
    const messageId = this.#freeId(packet.messageId ?? 1, number);
    packet.messageId = messageId;
    // [MQTT-3.3.1-1]: it was sent before.
    if (message.messageId !== null && message.cmd === 'publish') packet.dup = true;
    if (message.messageId !== null) this.#byMessageId.delete(message.messageId);
    this.#byMessageId.set(messageId, number);
    return this.#replace(number, { ...message, messageId });
  }

  /** A message of QoS 2 was received: PUBREL takes its place. */
  release(messageId: number): Queued | null {
    const number = this.#byMessageId.get(messageId);
    const message = number === undefined ? undefined : this.#messages.get(number);
    if (number === undefined || !message) return null;
    const payload = new Uint8Array();
    return this.#replace(number, { ...message, cmd: 'pubrel', payload, messageId });
  }

  /** It was acknowledged. */
  remove(messageId: number): Queued | null {
    const number = this.#byMessageId.get(messageId);
    const message = number === undefined ? undefined : this.#messages.get(number);
    if (number === undefined || !message) return null;
    this.#messages.delete(number);
    this.#byMessageId.delete(messageId);
    this.#byOrigin.delete(originOf(message) ?? '');
    this.#bytes -= costOf(message);
    return { number, message };
  }

  numbers(): number[] {
    return [...this.#messages.keys()];
  }

  messages(): QueuedMessage[] {
    return [...this.#messages.values()];
  }

  #replace(number: number, message: QueuedMessage): Queued {
    const before = this.#messages.get(number);
    this.#bytes += costOf(message) - (before ? costOf(before) : 0);
    this.#messages.set(number, message);
    return { number, message };
  }

  /** [MQTT-2.3.1-2]: one that is not in use. aedes itself begins anywhere in each connection. */
  #freeId(wanted: number, number: number): number {
    let id = wanted;
    for (let tried = 0; tried < MAX_MESSAGE_ID; tried++) {
      const user = this.#byMessageId.get(id);
      if (user === undefined || user === number) return id;
      id = id === MAX_MESSAGE_ID ? 1 : id + 1;
    }
    return wanted;
  }
}

const originOf = ({ brokerId, brokerCounter }: Origin): string | null =>
  brokerId ? `${brokerId} ${brokerCounter}` : null;
