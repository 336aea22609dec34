/** The fixed header of an MQTT control packet. */
export interface FixedHeader {
  /** 1 (CONNECT) to 14 (DISCONNECT); 0 and 15 are reserved. */
  readonly type: number;
  /** The lower four bits of the first byte. */
  readonly flags: number;
  /** Bytes that follow the header, as declared. */
  readonly remainingLength: number;
}

/** [MQTT-2.2.3]: at most four bytes. */
const MAX_LENGTH_BYTES = 4;

/** Reads a fixed header byte by byte, as it comes in. Source: MQTT 3.1.1, 2.2. */
export class FixedHeaderReader {
  #first = -1;
  #length = 0;
  #lengthBytes = 0;

  /**
   * @returns the header with its last byte, null before, `malformed` where its length has more than
   * four bytes
   */
  take(byte: number): FixedHeader | null | 'malformed' {
    if (this.#first < 0) {
      this.#first = byte;
      return null;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (byte >= 0x80) return this.#lengthBytes === MAX_LENGTH_BYTES ? 'malformed' : null;
    const first = this.#first;
    const header = { type: first >> 4, flags: first & 15, remainingLength: this.#length };
    this.#first = -1;
    this.#length = 0;
    this.#lengthBytes = 0;
    return header;
  }
}
