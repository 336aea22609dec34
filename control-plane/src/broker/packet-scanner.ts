/** The fixed header of an MQTT control packet. */
export interface FixedHeader {
  /** 1 (CONNECT) to 14 (DISCONNECT); 0 and 15 are reserved. */
  readonly type: number;
  /** Bytes that follow the header, as declared. */
  readonly remainingLength: number;
}

/** [MQTT-2.2.3]: at most four bytes. */
const MAX_LENGTH_BYTES = 4;

/**
 * Finds the fixed headers in a stream of MQTT packets as it comes in, in pieces of any size, and keeps none of it.
 * Source: MQTT 3.1.1, 2.2.
 */
export class PacketScanner {
  /** Bytes of the packet at hand that are still to come. */
  #bodyLeft = 0;
  #type: number | null = null;
  #length = 0;
  #lengthBytes = 0;

  /** The headers that end within the piece; null where a length has more than four bytes. */
  scan(piece: Uint8Array): readonly FixedHeader[] | null {
    const headers: FixedHeader[] = [];
    for (let at = 0; at < piece.length; ) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, piece.length - at);
        this.#bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      const byte = piece[at++] as number;
      if (this.#type === null) {
        this.#type = byte >> 4;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      const more = byte >= 0x80;
      if (more && this.#lengthBytes === MAX_LENGTH_BYTES) return null;
      if (!more) headers.push(this.#complete(this.#type));
    }
    return headers;
  }

  #complete(type: number): FixedHeader {
    const header = { type, remainingLength: this.#length };
    this.#bodyLeft = this.#length;
    this.#type = null;
    this.#length = 0;
    this.#lengthBytes = 0;
    return header;
  }
}
