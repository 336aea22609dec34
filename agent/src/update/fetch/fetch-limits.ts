import { type Bytes, bytes, type Millis, mebibytes, millis, seconds } from '@edgeloop/protocol';

/** What a download may cost the device, whatever the server sends. */
export interface FetchLimits {
  /** Of `manifest.json`. */
  readonly manifestBytes: Bytes;
  /** Of all files that this device fetches. */
  readonly packageBytes: Bytes;
  /** Of the disk, left for others. */
  readonly minFree: Bytes;
  /** Asked for at once, and on disk for good before the next is asked for. */
  readonly chunk: Bytes;
  /** The server may say nothing for so long. */
  readonly idle: Millis;
  /** Bytes a second that the server must bring over each `rateWindow` that is spent waiting for it. */
  readonly minRate: Bytes;
  readonly rateWindow: Millis;
  /** Of one try, all in all; the next goes on from there. */
  readonly deadline: Millis;
}

export const FETCH_LIMITS: FetchLimits = {
  manifestBytes: mebibytes(8),
  packageBytes: mebibytes(512),
  minFree: mebibytes(256),
  chunk: mebibytes(1),
  idle: seconds(30),
  minRate: bytes(1024),
  rateWindow: seconds(60),
  deadline: millis(6 * 3_600_000),
};
