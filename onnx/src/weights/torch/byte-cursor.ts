import { OnnxError } from '../../errors.ts';

/** Reads numbers, little endian, and never past the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #of: string;
  #position: number;

  /** @param of What is read, for messages. */
  constructor(bytes: Uint8Array, of: string, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#of = of;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  /** Above 2⁵³ not exact, and then larger than any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }
  /** The one number that pickle writes big endian. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }
  take(length: number): Uint8Array {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }
  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }
  /** Up to a line feed, without it. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    const text = this.text((end < 0 ? this.#bytes.length + 1 : end) - this.#position);
    this.#advance(1);
    return text;
  }
  skip(length: number): void {
    this.#advance(length);
  }

  #advance(length: number): number {
    const from = this.#position;
    if (!(from >= 0 && from + length <= this.#bytes.length)) {
      throw new OnnxError(
        'WEIGHTS_INVALID',
        `Expected ${length} bytes at ${from} of ${this.#of}, received a file that ends before them. Was it cut short?`,
      );
    }
    this.#position = from + length;
    return from;
  }
}
