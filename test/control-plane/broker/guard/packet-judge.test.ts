import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import { PacketJudge } from '../../../../control-plane/src/broker/guard/packet-judge.ts';
import type { Refusal } from '../../../../control-plane/src/broker/guard/refusal.ts';

const LIMITS = { connect: bytes(1024), subscribe: bytes(1024), packet: bytes(100_000) };
const CONNECT = packet(0x10, [...text('MQTT'), 4, 2, 0, 0, ...text('one')]);

/** A string with its length before it. */
function text(value: string | readonly number[]): number[] {
  const content = typeof value === 'string' ? [...Buffer.from(value)] : value;
  return [content.length >> 8, content.length & 255, ...content];
}

function packet(first: number, body: readonly number[]): number[] {
  const length: number[] = [];
  for (let rest = body.length; rest > 0 || length.length === 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
  }
  return [first, ...length, ...body];
}

function judge(stream: readonly number[], size: number): Refusal | null {
  const judge = new PacketJudge(LIMITS);
  for (let at = 0; at < stream.length; at += size) {
    const refusal = judge.judge(Buffer.from(stream.slice(at, at + size)));
    if (refusal) return refusal;
  }
  return null;
}

const LONG_PAYLOAD = new Array<number>(70_000).fill(0);
const GOOD: Readonly<Record<string, readonly number[]>> = {
  'QoS 0 with a payload of any bytes': packet(0x30, [...text('a/b'), 0, 255, 0xc0]),
  'QoS 0 without a payload': packet(0x31, text('a')),
  'a payload longer than a piece': packet(0x32, [...text('a'), 0, 1, ...LONG_PAYLOAD]),
  'QoS 1 again': packet(0x3a, [...text('ä/β/😀'), 1, 0]),
  'acknowledgements of all kinds': [0x40, 0x50, 0x62, 0x70].flatMap((first) =>
    packet(first, [1, 0]),
  ),
  subscriptions: packet(0x82, [
    ...[0, 1, ...text('#'), 0, ...text('+/a/+/#'), 1],
    ...[...text('/'), 2, ...text('+'), 0, ...text('a//b'), 0],
  ]),
  unsubscriptions: packet(0xa2, [0, 1, ...text('#'), ...text('a/+')]),
  'signals: PINGREQ, DISCONNECT': [0xc0, 0, 0xe0, 0],
};

for (const size of [1, 2, 3, 7, 64, 1_000_000]) {
  for (const [name, stream] of Object.entries(GOOD)) {
    t.equal(judge([...CONNECT, ...stream, 0xc0, 0], size), null, `${name}, in pieces of ${size}`);
  }
}

const FORBIDDEN_TEXTS: Readonly<Record<string, readonly number[]>> = {
  'U+0000': [0x61, 0],
  'U+001F': [0x61, 0x1f],
  'U+007F': [0x7f],
  'U+009F': [0xc2, 0x9f],
  'a surrogate': [0xed, 0xa0, 0x80],
  'an overlong slash': [0xc0, 0xaf],
  'half a character': [0x61, 0xc3],
  'more than U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
};

const connect = (flags: number, ...fields: (string | readonly number[])[]) =>
  packet(0x10, [...text('MQTT'), 4, flags, 0, 0, ...fields.flatMap(text)]);

const BAD: [string, readonly number[], Refusal][] = [
  ...Object.entries(FORBIDDEN_TEXTS).flatMap(([name, value]): [string, number[], Refusal][] => [
    [`${name} in a topic`, [...CONNECT, ...packet(0x30, text(value))], 'string-invalid'],
    [
      `${name} in a filter`,
      [...CONNECT, ...packet(0x82, [0, 1, ...text(value), 0])],
      'string-invalid',
    ],
    [
      `${name} in a filter no more`,
      [...CONNECT, ...packet(0xa2, [0, 1, ...text(value)])],
      'string-invalid',
    ],
    [`${name} in a client id`, connect(2, value), 'string-invalid'],
    [`${name} in a will's topic`, connect(6, 'a', value, 'x'), 'string-invalid'],
    [`${name} in a user name`, connect(0x82, 'a', value), 'string-invalid'],
  ]),
  ['no topic', [...CONNECT, ...packet(0x30, text(''))], 'topic-invalid'],
  ['a topic with +', [...CONNECT, ...packet(0x30, text('a/+'))], 'topic-invalid'],
  ['a topic with #', [...CONNECT, ...packet(0x30, text('#'))], 'topic-invalid'],
  ['a will for #', connect(6, 'a', '#', 'x'), 'topic-invalid'],
  ['a will for nothing', connect(6, 'a', '', 'x'), 'topic-invalid'],
  ['a topic longer than the packet', [...CONNECT, 0x30, 3, 0, 9, 0x61], 'length-wrong'],
  ['half a topic length', [...CONNECT, 0x30, 1, 0], 'length-wrong'],
  ['QoS 1 without an identifier', [...CONNECT, ...packet(0x32, text('a'))], 'length-wrong'],
  [
    'QoS 1 with identifier 0',
    [...CONNECT, ...packet(0x32, [...text('a'), 0, 0])],
    'packet-id-zero',
  ],
  ['QoS 3', [...CONNECT, ...packet(0x36, [...text('a'), 0, 1])], 'qos-invalid'],
  ['QoS 0 again', [...CONNECT, ...packet(0x38, text('a'))], 'flags-invalid'],
  ['PUBACK of 0', [...CONNECT, 0x40, 2, 0, 0], 'packet-id-zero'],
  ['PUBACK with flags', [...CONNECT, 0x42, 2, 0, 1], 'flags-invalid'],
  ['PUBREL without flags', [...CONNECT, 0x60, 2, 0, 1], 'flags-invalid'],
  ['PUBREC of three bytes', [...CONNECT, 0x50, 3, 0, 1, 0], 'length-wrong'],
  ['PINGREQ with a body', [...CONNECT, 0xc0, 1, 0], 'length-wrong'],
  ['no filter', [...CONNECT, ...packet(0x82, [0, 1])], 'filters-missing'],
  ['no filter to end', [...CONNECT, ...packet(0xa2, [0, 1])], 'filters-missing'],
  ['identifier 0', [...CONNECT, ...packet(0x82, [0, 0, ...text('a'), 0])], 'packet-id-zero'],
  ['QoS 3 wanted', [...CONNECT, ...packet(0x82, [0, 1, ...text('a'), 3])], 'qos-invalid'],
  ['a reserved bit', [...CONNECT, ...packet(0x82, [0, 1, ...text('a'), 4])], 'qos-invalid'],
  ['no QoS', [...CONNECT, ...packet(0x82, [0, 1, ...text('a')])], 'length-wrong'],
  [
    'SUBSCRIBE without flags',
    [...CONNECT, ...packet(0x80, [0, 1, ...text('a'), 0])],
    'flags-invalid',
  ],
  ...['a#', '#/a', 'a+', 'a/+b', 'a/b+/c', ''].map((filter): [string, number[], Refusal] => [
    `the filter ${JSON.stringify(filter)}`,
    [...CONNECT, ...packet(0x82, [0, 1, ...text('ok'), 0, ...text(filter), 0])],
    'filter-invalid',
  ]),
  ['no protocol', packet(0x10, []), 'length-wrong'],
  [
    'another protocol',
    packet(0x10, [...text('HTTP'), 4, 2, 0, 0, ...text('a')]),
    'protocol-unknown',
  ],
  ['MQTT 5', packet(0x10, [...text('MQTT'), 5, 2, 0, 0, 0, ...text('a')]), 'protocol-version'],
  [
    'MQTT with 3.1’s level',
    packet(0x10, [...text('MQTT'), 3, 2, 0, 0, ...text('a')]),
    'protocol-version',
  ],
  ['the reserved flag', connect(3, 'a'), 'connect-flags-invalid'],
  ['a will’s QoS without a will', connect(0x0a, 'a'), 'connect-flags-invalid'],
  ['a retained will without a will', connect(0x22, 'a'), 'connect-flags-invalid'],
  ['Will QoS 3', connect(0x1e, 'a', 'b', 'c'), 'qos-invalid'],
  ['a password without a name', connect(0x42, 'a', 'b'), 'connect-flags-invalid'],
  ['a will that is missing', connect(6, 'a'), 'length-wrong'],
  ['a name without its flag', connect(2, 'a', 'b'), 'length-wrong'],
  ['more than its fields', packet(0x10, [...CONNECT.slice(2), 0]), 'length-wrong'],
  ['no client id for a session', connect(0, ''), 'client-id-missing'],
  ['no client id in 3.1', packet(0x10, [...text('MQIsdp'), 3, 2, 0, 0, 0, 0]), 'client-id-missing'],
  ['five bytes of length', [0x10, 0xff, 0xff, 0xff, 0xff], 'malformed-length'],
  ['a large CONNECT, before it comes', [0x10, 0xff, 0xff, 0xff, 0x7f], 'connect-too-large'],
  ['a large SUBSCRIBE, before it comes', [...CONNECT, 0x82, 0x81, 0x08], 'packet-too-large'],
  ['a large PUBLISH, before it comes', [...CONNECT, 0x30, 0xff, 0xff, 0x7f], 'packet-too-large'],
];

for (const [name, stream, refusal] of BAD) {
  for (const size of [1, 5, 1_000_000]) {
    t.equal(judge(stream, size), refusal, `${name}, in pieces of ${size}`);
  }
}
