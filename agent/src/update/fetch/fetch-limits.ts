import { type Bytes, bytes, mebibytes, millis, seconds } from '@edgeloop/protocol';
import type { RetrievalLimits } from './retrieval.ts';

/** What a download may cost the device, whatever the server sends. */
export interface FetchLimits extends RetrievalLimits {
  /** Of `manifest.json`. */
  readonly manifestBytes: Bytes;
  /** Of all files that this device fetches. */
  readonly packageBytes: Bytes;
  /** Of the disk, left for others. */
  readonly minFree: Bytes;
  /** Of a file, asked for at once, and on disk for good before the next is asked for. */
  readonly chunk: Bytes;
}

/** Where agent.yaml says nothing. A try that is over goes on with the next. */
export const FETCH_LIMITS: FetchLimits = {
  manifestBytes: mebibytes(4),
  packageBytes: mebibytes(512),
  minFree: mebibytes(256),
  chunk: mebibytes(1),
  idle: seconds(30),
  minRate: bytes(1024),
  rateWindow: seconds(60),
  deadline: millis(6 * 3_600_000),
};
