import { type Bytes, type Millis, mebibytes, seconds } from '@edgeloop/protocol';

export interface RetainedLimits {
  readonly messages: number;
  readonly bytes: Bytes;
  /** The most that is kept of one device's messages. */
  readonly ofDevice: { readonly messages: number; readonly bytes: Bytes };
}

/** What the broker keeps at most. */
export interface PersistenceLimits {
  /** A retained message beyond is forwarded and not kept. */
  readonly retained: RetainedLimits;
  /**
   * Of one session. A message beyond is not queued; a client that is online gets it all the same.
   */
  readonly queue: { readonly messages: number; readonly bytes: Bytes };
  /** Of all sessions together, as above. */
  readonly queues: { readonly bytes: Bytes };
  /** For one more, the session that was not seen for the longest time is ended. */
  readonly sessions: number;
  /** A session that nobody came back to for so long is ended. */
  readonly expiry: Millis;
}

export const PERSISTENCE_LIMITS: PersistenceLimits = {
  retained: {
    messages: 100_000,
    bytes: mebibytes(256),
    // State and picture of 64 cameras, and a little more.
    ofDevice: { messages: 132, bytes: mebibytes(8) },
  },
  queue: { messages: 1000, bytes: mebibytes(4) },
  queues: { bytes: mebibytes(128) },
  sessions: 10_000,
  expiry: seconds(7 * 24 * 3600),
};

/** What was given up; the label of a metric. */
export type Loss =
  | 'retained-full'
  | 'device-retained-full'
  | 'queue-full'
  | 'queues-full'
  | 'session-expired'
  | 'session-evicted';

/** Memory that a message takes beside its topic and payload, about. */
const OVERHEAD = 200;

export const costOf = ({ topic, payload }: { topic: string; payload: Uint8Array }): number =>
  OVERHEAD + 2 * topic.length + payload.length;
