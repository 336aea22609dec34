import { type FixedHeader, FixedHeaderReader } from './fixed-header.ts';
import { HEADER_RULES } from './header-rules.ts';
import type { PacketLimits } from './packet-limits.ts';
import { PacketType } from './packet-type.ts';
import { ACKNOWLEDGEMENT_RULES } from './packets/acknowledgement-rules.ts';
import { CONNECT_RULES } from './packets/connect-rules.ts';
import type { PacketRules } from './packets/packet-rules.ts';
import { PUBLISH_RULES } from './packets/publish-rules.ts';
import { SIGNAL_RULES } from './packets/signal-rules.ts';
import { SUBSCRIBE_RULES, UNSUBSCRIBE_RULES } from './packets/subscribe-rules.ts';
import type { Refusal } from './refusal.ts';

const RULES: Readonly<Record<number, PacketRules>> = {
  [PacketType.CONNECT]: CONNECT_RULES,
  [PacketType.PUBLISH]: PUBLISH_RULES,
  [PacketType.PUBACK]: ACKNOWLEDGEMENT_RULES,
  [PacketType.PUBREC]: ACKNOWLEDGEMENT_RULES,
  [PacketType.PUBREL]: ACKNOWLEDGEMENT_RULES,
  [PacketType.PUBCOMP]: ACKNOWLEDGEMENT_RULES,
  [PacketType.SUBSCRIBE]: SUBSCRIBE_RULES,
  [PacketType.UNSUBSCRIBE]: UNSUBSCRIBE_RULES,
  [PacketType.PINGREQ]: SIGNAL_RULES,
  [PacketType.DISCONNECT]: SIGNAL_RULES,
};

/**
 * A head that came in pieces begins with so much room, and doubles: what is declared costs nothing
 * before it is sent.
 */
const FIRST_ROOM = 64;

/**
 * Judges what one client sends, in pieces of any size. A packet is judged before its last byte can
 * reach the broker. A head that lies within a piece is judged where it is; only one that comes in
 * several is gathered. Payloads are neither looked at nor copied.
 */
export class PacketJudge {
  readonly #limits: PacketLimits;
  readonly #headers = new FixedHeaderReader();
  #first = true;
  /** Of the packet whose head is at hand. */
  #header: FixedHeader | null = null;
  #gathered = Buffer.alloc(0);
  #gatheredLength = 0;
  /** Bytes of a judged packet that are still to come. */
  #passing = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** A CONNECT was judged and passed. */
  get greeted(): boolean {
    return !this.#first;
  }

  /** @returns null when all of the piece may go on */
  judge(piece: Buffer): Refusal | null {
    for (let at = 0; at < piece.length; ) {
      if (this.#passing > 0) {
        const passed = Math.min(this.#passing, piece.length - at);
        this.#passing -= passed;
        at += passed;
        continue;
      }
      if (!this.#header) {
        const header = this.#headers.take(piece[at++] as number);
        if (header === null) continue;
        const refusal = this.#judgeHeader(header);
        if (refusal) return refusal;
      }
      const head = this.#takeHead(piece, at);
      if (typeof head === 'string') return head;
      at = head;
    }
    return null;
  }

  #judgeHeader(header: FixedHeader | 'malformed'): Refusal | null {
    if (header === 'malformed') return 'malformed-length';
    for (const rule of HEADER_RULES) {
      const refusal = rule(header, this.#first, this.#limits);
      if (refusal) return refusal;
    }
    this.#header = header;
    return null;
  }

  /** @returns where the piece goes on after what belongs to the head */
  #takeHead(piece: Buffer, at: number): number | Refusal {
    const header = this.#header as FixedHeader;
    const rules = RULES[header.type] as PacketRules;
    if (this.#gatheredLength === 0) {
      const length = rules.headLength(header, piece, at, piece.length);
      if (length <= piece.length - at) {
        return rules.judge(header, piece, at, at + length) ?? this.#pass(header, at, length);
      }
    }
    while (at < piece.length) {
      const length = rules.headLength(header, this.#gathered, 0, this.#gatheredLength);
      const taken = Math.min(length - this.#gatheredLength, piece.length - at);
      this.#gather(piece, at, taken);
      at += taken;
      const known = rules.headLength(header, this.#gathered, 0, this.#gatheredLength);
      if (known > this.#gatheredLength) continue;
      return rules.judge(header, this.#gathered, 0, known) ?? this.#pass(header, at, known);
    }
    return at;
  }

  #pass(header: FixedHeader, at: number, headLength: number): number {
    const here = this.#gatheredLength > 0 ? at : at + headLength;
    this.#passing = header.remainingLength - headLength;
    this.#header = null;
    this.#first = false;
    if (this.#gatheredLength > 0) this.#gathered = Buffer.alloc(0);
    this.#gatheredLength = 0;
    return here;
  }

  #gather(piece: Buffer, at: number, length: number): void {
    const needed = this.#gatheredLength + length;
    if (needed > this.#gathered.length) {
      const room = Buffer.alloc(Math.max(FIRST_ROOM, needed, 2 * this.#gathered.length));
      this.#gathered.copy(room, 0, 0, this.#gatheredLength);
      this.#gathered = room;
    }
    piece.copy(this.#gathered, this.#gatheredLength, at, at + length);
    this.#gatheredLength = needed;
  }
}
