/**
 * Of a message on a socket: the length of its text and of the bytes behind it, each 32 bits, little
 * end first.
 */
export const HEADER = 8;
/** Of one message: what claims more is no message of ours. */
const MOST_BYTES = 2 ** 28;
/**
 * Of one answer of a process for strangers: a crop of 4096² pixels is 48 MiB, and whoever reads it
 * has no cap on its own memory.
 */
export const MOST_OF_STRANGERS = 2 ** 26;
/** Arrays that a message may have in it. */
const KINDS = { Uint8Array, Float32Array, Float64Array };
type Kind = keyof typeof KINDS;
type NumberArray = InstanceType<(typeof KINDS)[Kind]>;

export interface Lengths {
  readonly text: number;
  readonly bytes: number;
}

/** Where an array was, in the text of a message. */
interface Place {
  readonly array: Kind;
  readonly byteLength: number;
}

/**
 * A message as it goes on a socket: JSON, and behind that the bytes of its arrays. Unlike V8's own
 * form it is safe to read from a process that a stranger's model may have taken over.
 * @param more Of the bytes behind it, those that are sent apart.
 */
export function frame(message: unknown, more = 0): Buffer {
  const arrays: Uint8Array[] = [];
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (!isNumberArray(value)) return value;
    arrays.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return { array: value.constructor.name, byteLength: value.byteLength };
  });
  const body = Buffer.from(text);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(body.length);
  header.writeUInt32LE(
    arrays.reduce((sum, { length }) => sum + length, more),
    4,
  );
  return Buffer.concat([header, body, ...arrays]);
}

/**
 * @param header The first bytes of a message.
 * @param most Bytes that it may have.
 * @throws RangeError where it is none
 */
export function lengthsOf(header: Buffer, most = MOST_BYTES): Lengths {
  const lengths = { text: header.readUInt32LE(), bytes: header.readUInt32LE(4) };
  const all = lengths.text + lengths.bytes;
  if (all <= most) return lengths;
  throw new RangeError(`Expected a message of at most ${most} bytes, received ${all}.`);
}

/**
 * @param take Gives so many of the bytes behind the text.
 * @throws SyntaxError, RangeError where it is no message
 */
export function parse(text: Buffer, take: (length: number) => Uint8Array): unknown {
  const withArrays = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isPlace(value)) {
      // At an address of its own, where numbers may lie.
      const { buffer } = Uint8Array.from(take(value.byteLength));
      return new KINDS[value.array](buffer);
    }
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) parts[key] = withArrays(parts[key]);
    return parts;
  };
  return withArrays(JSON.parse(text.toString()));
}

/** Messages from the pieces in which a socket gives them. */
export class FrameReader {
  readonly #most: number;
  #pieces: Buffer[] = [];
  #length = 0;

  /** @param most Bytes of one message. */
  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /**
   * The messages that a piece completes.
   * @throws SyntaxError, RangeError where they are none
   */
  *read(piece: Buffer): Generator<unknown> {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length >= HEADER) {
      const [first = this.#joined()] = this.#pieces;
      const { text, bytes } = lengthsOf(first.length < HEADER ? this.#joined() : first, this.#most);
      const end = HEADER + text + bytes;
      if (this.#length < end) return;
      const all = this.#joined();
      this.#pieces = [all.subarray(end)];
      this.#length -= end;
      let at = HEADER + text;
      yield parse(all.subarray(HEADER, at), (length) => {
        if (at + length > end) throw new RangeError(`Expected ${length} bytes of an array.`);
        at += length;
        return all.subarray(at - length, at);
      });
    }
  }

  #joined(): Buffer {
    const [first, second] = this.#pieces;
    if (first && !second) return first;
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && value.constructor.name in KINDS;
}

function isPlace(value: object): value is Place {
  const { array, byteLength } = value as Partial<Place>;
  return typeof array === 'string' && Object.hasOwn(KINDS, array) && Number.isInteger(byteLength);
}
