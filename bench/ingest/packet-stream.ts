/** A packet that a broker wrote. */
export interface Packet {
  /** 2: CONNACK, 3: PUBLISH, 4: PUBACK, 9: SUBACK. */
  readonly type: number;
  readonly qos: number;
  /** Behind the fixed header. */
  readonly body: Buffer;
}

/** Cuts what a broker writes into packets. */
export class PacketStream {
  #rest: Buffer = Buffer.alloc(0);

  take(piece: Buffer, each: (packet: Packet) => void): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let at = 0;
    for (;;) {
      let [length, shift, head] = [0, 0, at + 1];
      while (head < bytes.length) {
        const byte = bytes[head++] as number;
        length |= (byte & 127) << shift;
        shift += 7;
        if (byte < 128) break;
        if (head === bytes.length) head += 1;
      }
      if (head === at + 1 || head + length > bytes.length) break;
      const first = bytes[at] as number;
      each({ type: first >> 4, qos: (first >> 1) & 3, body: bytes.subarray(head, head + length) });
      at = head + length;
    }
    this.#rest = bytes.subarray(at);
  }
}
