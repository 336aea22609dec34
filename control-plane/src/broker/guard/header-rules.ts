import type { FixedHeader } from './fixed-header.ts';
import type { PacketLimits } from './packet-limits.ts';
import { PacketType } from './packet-type.ts';
import type { Refusal } from './refusal.ts';

type HeaderRule = (header: FixedHeader, first: boolean, limits: PacketLimits) => Refusal | null;

const { CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP } = PacketType;
const { SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT } = PacketType;

/**
 * What a client may send, and the flags that it must have; null: the packet's own rules say. MQTT
 * 3.1.1, table 2.2.
 */
const FLAGS: ReadonlyMap<number, number | null> = new Map([
  [CONNECT, 0],
  [PUBLISH, null],
  [PUBACK, 0],
  [PUBREC, 0],
  [PUBREL, 2],
  [PUBCOMP, 0],
  [SUBSCRIBE, 2],
  [UNSUBSCRIBE, 2],
  [PINGREQ, 0],
  [DISCONNECT, 0],
]);

/** The only remaining length there is. MQTT 3.1.1, 3.4.1, 3.5.1, 3.6.1, 3.7.1, 3.12.1, 3.14.1. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [PUBACK, 2],
  [PUBREC, 2],
  [PUBREL, 2],
  [PUBCOMP, 2],
  [PINGREQ, 0],
  [DISCONNECT, 0],
]);

/** Asked in order for each packet, before the first byte of its body. */
export const HEADER_RULES: readonly HeaderRule[] = [
  ({ type }) => (FLAGS.has(type) ? null : 'not-a-client-packet'),
  // [MQTT-3.1.0-1]
  ({ type }, first) => (first && type !== CONNECT ? 'first-not-connect' : null),
  // [MQTT-3.1.0-2]
  ({ type }, first) => (!first && type === CONNECT ? 'second-connect' : null),
  // [MQTT-2.2.2-2]
  ({ type, flags }) => ((FLAGS.get(type) ?? flags) === flags ? null : 'flags-invalid'),
  ({ type, remainingLength }) =>
    (LENGTHS.get(type) ?? remainingLength) === remainingLength ? null : 'length-wrong',
  ({ remainingLength }, first, { connect }) =>
    first && remainingLength > connect ? 'connect-too-large' : null,
  ({ type, remainingLength }, _first, { subscribe }) =>
    (type === SUBSCRIBE || type === UNSUBSCRIBE) && remainingLength > subscribe
      ? 'packet-too-large'
      : null,
  ({ remainingLength }, first, { packet }) =>
    !first && remainingLength > packet ? 'packet-too-large' : null,
];
