import { setTimeout as delay } from 'node:timers/promises';
import type { Bytes } from '@edgeloop/protocol';

const SLICE = 64 * 1024;

/** The bytes in slices, no more than `bandwidth` of them a second; null: as fast as they are taken. */
export async function* paced(
  bytes: Uint8Array,
  bandwidth: Bytes | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // A slice a second at most keeps the connection from falling silent.
  const size = bandwidth === null ? SLICE : Math.max(1, Math.min(SLICE, bandwidth));
  const begun = performance.now();
  for (let at = 0; at < bytes.length; at += size) {
    if (bandwidth !== null) {
      const due = begun + (at / bandwidth) * 1000;
      await delay(Math.max(0, due - performance.now()), undefined, { signal });
    }
    yield bytes.subarray(at, at + size);
  }
}
