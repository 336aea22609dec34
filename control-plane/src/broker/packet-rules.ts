import type { Bytes } from '@edgeloop/protocol';
import type { FixedHeader } from './packet-scanner.ts';

export interface PacketLimits {
  /** Of a CONNECT packet: nobody has said yet who they are. */
  readonly connect: Bytes;
  /** Of any other packet. */
  readonly packet: Bytes;
}

/** Why a connection is refused or cut; the label of a metric. */
export type Refusal =
  | 'malformed-length'
  | 'not-a-client-packet'
  | 'first-not-connect'
  | 'second-connect'
  | 'connect-too-large'
  | 'packet-too-large';

type PacketRule = (header: FixedHeader, first: boolean, limits: PacketLimits) => Refusal | null;

const CONNECT = 1;
/** PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT. */
const FROM_CLIENT = new Set([CONNECT, 3, 4, 5, 6, 7, 8, 10, 12, 14]);

/** Asked in order for each packet, before the first byte of it goes to the broker. */
export const PACKET_RULES: readonly PacketRule[] = [
  ({ type }) => (FROM_CLIENT.has(type) ? null : 'not-a-client-packet'),
  // [MQTT-3.1.0-1]
  ({ type }, first) => (first && type !== CONNECT ? 'first-not-connect' : null),
  // [MQTT-3.1.0-2]
  ({ type }, first) => (!first && type === CONNECT ? 'second-connect' : null),
  ({ remainingLength }, first, { connect }) =>
    first && remainingLength > connect ? 'connect-too-large' : null,
  ({ remainingLength }, first, { packet }) =>
    !first && remainingLength > packet ? 'packet-too-large' : null,
];
