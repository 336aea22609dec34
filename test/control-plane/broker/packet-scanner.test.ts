import t from 'tap';
import {
  type FixedHeader,
  PacketScanner,
} from '../../../control-plane/src/broker/packet-scanner.ts';

/** A packet of zeros: type, length byte by byte, body. */
const packet = (type: number, length: number[], body: number) => [
  type << 4,
  ...length,
  ...new Array<number>(body).fill(0),
];
const STREAM = Uint8Array.from([
  ...packet(1, [0], 0),
  ...packet(3, [5], 5),
  ...packet(12, [0], 0),
  ...packet(3, [0x80, 0x01], 128),
  ...packet(14, [0x80, 0x80, 0x00], 0),
]);
const HEADERS: FixedHeader[] = [
  { type: 1, remainingLength: 0 },
  { type: 3, remainingLength: 5 },
  { type: 12, remainingLength: 0 },
  { type: 3, remainingLength: 128 },
  { type: 14, remainingLength: 0 },
];

for (const size of [1, 2, 3, 7, 64, 1000]) {
  const scanner = new PacketScanner();
  const found: FixedHeader[] = [];
  for (let at = 0; at < STREAM.length; at += size) {
    found.push(...(scanner.scan(STREAM.subarray(at, at + size)) ?? []));
  }
  t.same(found, HEADERS, `in pieces of ${size}`);
}

t.same(
  new PacketScanner().scan(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f)),
  [{ type: 1, remainingLength: 268_435_455 }],
  'the largest length there is, before any of it came',
);
t.equal(
  new PacketScanner().scan(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff)),
  null,
  'five bytes of length',
);
