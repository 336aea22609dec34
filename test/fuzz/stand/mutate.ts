import type { Random } from '@edgeloop/protocol';

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Uint8Array[]) => Buffer;

/** No file of the corpus is a tenth as long. */
const LONGEST = 256 * 1024;
const MOST_MUTATIONS = 4;

const pick = (random: Random, bound: number) => Math.floor(random.next() * bound);
const oneOf = <T>(random: Random, items: readonly T[]) => items[pick(random, items.length)] as T;

/** Numbers at which readers go wrong; those of a length are near the length that there is. */
function tellingNumber(random: Random, length: number): bigint {
  const near = BigInt(length + pick(random, 5) - 2);
  return oneOf(random, [
    ...[0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn],
    ...[0x7fffffffffffffffn, 0xffffffffffffffffn, 2n ** 53n, near, near, 2n * near],
  ]);
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = pick(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(random, 8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[pick(random, bytes.length)] = pick(random, 256);
    return bytes;
  },
  function lieAboutLength(bytes, random) {
    const width = oneOf(
      random,
      [1, 2, 4, 8].filter((size) => size <= bytes.length),
    );
    if (width === undefined) return bytes;
    const value = BigInt.asUintN(8 * width, tellingNumber(random, bytes.length));
    const number = Buffer.alloc(8);
    if (random.chance(0.5)) number.writeBigUInt64LE(value);
    else number.writeBigUInt64BE(value << BigInt(64 - 8 * width));
    number.copy(bytes, pick(random, bytes.length - width + 1), 0, width);
    return bytes;
  },
  function cutShort(bytes, random) {
    return bytes.subarray(0, pick(random, bytes.length));
  },
  function leaveOut(bytes, random) {
    const from = pick(random, bytes.length);
    const to = from + 1 + pick(random, random.chance(0.7) ? 8 : bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function putIn(bytes, random) {
    const at = pick(random, bytes.length + 1);
    const more = Buffer.from(Array.from({ length: 1 + pick(random, 8) }, () => pick(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  function sayTwice(bytes, random) {
    const from = pick(random, bytes.length);
    const part = bytes.subarray(from, from + 1 + pick(random, 64));
    const at = pick(random, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  function repeatOften(bytes, random) {
    const from = pick(random, bytes.length);
    const part = bytes.subarray(from, from + 1 + pick(random, 16));
    const times = Array.from({ length: 1 + pick(random, 512) }, () => part);
    return Buffer.concat([bytes.subarray(0, from), ...times, bytes.subarray(from)]);
  },
  function splice(bytes, random, corpus) {
    const other = oneOf(random, corpus);
    const [head, tail] = [pick(random, bytes.length + 1), pick(random, other.length + 1)];
    return Buffer.concat([bytes.subarray(0, head), other.subarray(tail)]);
  },
  function overwrite(bytes, random, corpus) {
    const other = oneOf(random, corpus);
    const from = pick(random, other.length);
    const part = other.subarray(from, from + 1 + pick(random, 32));
    bytes.set(
      part.subarray(0, bytes.length),
      pick(random, Math.max(1, bytes.length - part.length)),
    );
    return bytes;
  },
];

/**
 * One of the corpus, changed in one to four ways: bits, lengths that lie, parts left out, doubled
 * or of another.
 */
export function mutate(random: Random, corpus: readonly Uint8Array[]): Buffer {
  let bytes: Buffer = Buffer.from(oneOf(random, corpus));
  for (let left = 1 + pick(random, MOST_MUTATIONS); left > 0 && bytes.length > 0; left--) {
    bytes = oneOf(random, MUTATIONS)(bytes, random, corpus);
  }
  return bytes.subarray(0, LONGEST);
}
