import { BodyReader, type Field } from '../body-reader.ts';
import { isMqttString, isTopicName } from '../mqtt-string.ts';
import type { Refusal } from '../refusal.ts';
import { type PacketRules, wholeBody } from './packet-rules.ts';

/** Of each protocol name, the level that goes with it: MQTT 3.1 and 3.1.1. */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['MQIsdp', 3],
  ['MQTT', 4],
]);

interface Connect {
  readonly bytes: Uint8Array;
  readonly level: number;
  readonly flags: ConnectFlags;
  readonly clientId: Field;
  readonly willTopic: Field | null;
  readonly username: Field | null;
  /** The fields end where the packet ends. */
  readonly fits: boolean;
}

interface ConnectFlags {
  readonly reserved: boolean;
  readonly clean: boolean;
  readonly will: boolean;
  readonly willQos: number;
  readonly willRetain: boolean;
  readonly password: boolean;
  readonly username: boolean;
}

type ConnectRule = (connect: Connect) => Refusal | null;

/** Asked in order. MQTT 3.1.1, 3.1. */
const RULES: readonly ConnectRule[] = [
  // [MQTT-3.1.2-3]
  ({ flags }) => (flags.reserved ? 'connect-flags-invalid' : null),
  // [MQTT-3.1.2-11], [MQTT-3.1.2-13], [MQTT-3.1.2-15]
  ({ flags }) =>
    !flags.will && (flags.willQos > 0 || flags.willRetain) ? 'connect-flags-invalid' : null,
  // [MQTT-3.1.2-14]
  ({ flags }) => (flags.willQos === 3 ? 'qos-invalid' : null),
  // [MQTT-3.1.2-22]
  ({ flags }) => (flags.password && !flags.username ? 'connect-flags-invalid' : null),
  // [MQTT-3.1.2-18] to [MQTT-3.1.2-21]: fields are there where their flag is set, and only there.
  ({ fits }) => (fits ? null : 'length-wrong'),
  ({ bytes, clientId, willTopic, username }) =>
    [clientId, willTopic, username].every((text) => !text || isString(bytes, text))
      ? null
      : 'string-invalid',
  // The will is a PUBLISH in waiting: [MQTT-3.3.2-2], [MQTT-4.7.3-1]
  ({ bytes, willTopic }) =>
    !willTopic || isTopicName(bytes, willTopic.start, willTopic.end) ? null : 'topic-invalid',
  // [MQTT-3.1.3-8]; MQTT 3.1 has no client without an id.
  ({ level, flags, clientId }) =>
    clientId.start === clientId.end && (level === 3 || !flags.clean) ? 'client-id-missing' : null,
];

export const CONNECT_RULES: PacketRules = {
  headLength: wholeBody,
  judge(_header, bytes, start, end) {
    const reader = new BodyReader(bytes, start, end);
    const name = reader.field();
    const level = reader.byte();
    if (reader.overrun) return 'length-wrong';
    // [MQTT-3.1.2-1]
    const known = LEVELS.get(Buffer.from(bytes.subarray(name.start, name.end)).toString('latin1'));
    if (known === undefined) return 'protocol-unknown';
    // [MQTT-3.1.2-2]
    if (level !== known) return 'protocol-version';
    const connect = readConnect(reader, level);
    return firstRefusal(connect);
  },
};

function firstRefusal(connect: Connect): Refusal | null {
  for (const rule of RULES) {
    const refusal = rule(connect);
    if (refusal) return refusal;
  }
  return null;
}

function readConnect(reader: BodyReader, level: number): Connect {
  const flags = readFlags(reader.byte());
  reader.word(); // keep alive
  const clientId = reader.field();
  const willTopic = flags.will ? reader.field() : null;
  if (flags.will) reader.field(); // its payload, any bytes
  const username = flags.username ? reader.field() : null;
  if (flags.password) reader.field(); // any bytes
  const fits = !reader.overrun && reader.left === 0;
  return { bytes: reader.bytes, level, flags, clientId, willTopic, username, fits };
}

const readFlags = (byte: number): ConnectFlags => ({
  reserved: (byte & 0x01) !== 0,
  clean: (byte & 0x02) !== 0,
  will: (byte & 0x04) !== 0,
  willQos: (byte >> 3) & 3,
  willRetain: (byte & 0x20) !== 0,
  password: (byte & 0x40) !== 0,
  username: (byte & 0x80) !== 0,
});

const isString = (bytes: Uint8Array, { start, end }: Field) => isMqttString(bytes, start, end);
