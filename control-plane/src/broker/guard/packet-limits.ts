import { type Bytes, mebibytes } from '@edgeloop/protocol';

export interface PacketLimits {
  /** Of a CONNECT packet: nobody has said yet who they are. */
  readonly connect: Bytes;
  /** Of a SUBSCRIBE or UNSUBSCRIBE packet: the guard reads it whole. */
  readonly subscribe: Bytes;
  /** The largest packet of any other kind. */
  readonly packet: Bytes;
}

/** What the control plane uses unless a test wants less. */
export const PACKET_LIMITS: PacketLimits = {
  connect: mebibytes(1 / 64),
  subscribe: mebibytes(1 / 32),
  packet: mebibytes(1 / 4),
};
