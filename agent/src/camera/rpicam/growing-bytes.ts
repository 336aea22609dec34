const NONE = new Uint8Array();

/**
 * Bytes that come in pieces and leave from the front. One piece alone is kept as it is; for more
 * there is room that doubles.
 */
export class GrowingBytes {
  #room: Uint8Array = NONE;
  /** Of the room: what is there. */
  #from = 0;
  #to = 0;

  /** All that is there; holds until more is appended. */
  get bytes(): Uint8Array {
    return this.#room.subarray(this.#from, this.#to);
  }

  append(piece: Uint8Array): void {
    const length = this.#to - this.#from;
    if (length === 0) {
      [this.#room, this.#from, this.#to] = [piece, 0, piece.length];
      return;
    }
    // What was taken stands before what is there, in the same room, and is another's: nothing moves
    // there.
    if (this.#to + piece.length > this.#room.length) {
      const room = new Uint8Array(Math.max(2 * length, length + piece.length));
      room.set(this.bytes);
      [this.#room, this.#from, this.#to] = [room, 0, length];
    }
    this.#room.set(piece, this.#to);
    this.#to += piece.length;
  }

  /** The first bytes, for good: nothing writes to them again. */
  takeFirst(count: number): Uint8Array {
    const taken = this.#room.subarray(this.#from, this.#from + count);
    this.#from += count;
    return taken;
  }
}
