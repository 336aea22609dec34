/** A length-prefixed field: where its content stands in the packet. */
export interface Field {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the fields of a packet's body in order. Where there is less than a field takes, `overrun`
 * says so from then on.
 */
export class BodyReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #overrun = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get overrun(): boolean {
    return this.#overrun;
  }

  /** Bytes that were not read. */
  get left(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    const { start } = this.#take(1);
    return this.#overrun ? 0 : (this.bytes[start] as number);
  }

  word(): number {
    return this.byte() * 256 + this.byte();
  }

  field(): Field {
    return this.#take(this.word());
  }

  #take(length: number): Field {
    const start = this.#at;
    if (this.#overrun || length > this.left) {
      this.#overrun = true;
      return { start, end: start };
    }
    this.#at += length;
    return { start, end: this.#at };
  }
}
