import { AgentError } from '../../errors.ts';
import type { FrameImage } from '../frame.ts';
import { findJpegEnd } from './find-jpeg-end.ts';

/** More than any camera's picture; what does not end by then is no JPEG. */
const MAX_JPEG = 32 * 2 ** 20;

/**
 * Cuts JPEG pictures that follow one another (MJPEG) into frames. What is left of a picture at the end is none.
 * @throws AgentError `SOURCE_FAILED` when something else comes
 */
export async function* cutJpegs(output: AsyncIterable<Uint8Array>): AsyncGenerator<FrameImage> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    for (;;) {
      const end = findJpegEnd(waiting);
      if (end === 'no JPEG' || waiting.length > MAX_JPEG) throw refuse(waiting);
      if (end === null) break;
      yield { kind: 'encoded', bytes: Uint8Array.prototype.slice.call(waiting, 0, end) };
      waiting = waiting.subarray(end);
    }
  }
}

function refuse(received: Buffer): AgentError {
  const begin = received.subarray(0, 16).toString('hex');
  return new AgentError(
    'SOURCE_FAILED',
    `Expected JPEG pictures one after another, each of at most ${MAX_JPEG / 2 ** 20} MiB, received ${received.length} bytes that begin with ${begin}.`,
  );
}
