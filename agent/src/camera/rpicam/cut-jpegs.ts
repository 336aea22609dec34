import { AgentError } from '../../errors.ts';
import type { FrameImage } from '../frame.ts';
import { findJpegEnd, type JpegPlace } from './find-jpeg-end.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** More than any camera's picture; what does not end by then is no JPEG. */
const MAX_JPEG = 32 * 2 ** 20;

/**
 * Cuts JPEG pictures that follow one another (MJPEG) into frames. What is left of a picture at the
 * end is none. A picture that comes in one piece is not copied, and each byte is looked at once.
 * @param output Pieces that nobody writes to again.
 * @throws AgentError `SOURCE_FAILED` when something else comes
 */
export async function* cutJpegs(output: AsyncIterable<Uint8Array>): AsyncGenerator<FrameImage> {
  const waiting = new GrowingBytes();
  let place: JpegPlace | undefined;
  for await (const piece of output) {
    waiting.append(piece);
    while (waiting.bytes.length > 0) {
      const end = findJpegEnd(waiting.bytes, place);
      if (end === 'no JPEG' || waiting.bytes.length > MAX_JPEG) throw refuse(waiting.bytes);
      if (typeof end !== 'number') {
        place = end;
        break;
      }
      yield { kind: 'encoded', bytes: waiting.takeFirst(end) };
      place = undefined;
    }
  }
}

function refuse(received: Uint8Array): AgentError {
  const begin = Buffer.from(received.subarray(0, 16)).toString('hex');
  return new AgentError(
    'SOURCE_FAILED',
    `Expected JPEG pictures one after another, each of at most ${MAX_JPEG / 2 ** 20} MiB, received ${received.length} bytes that begin with ${begin}.`,
  );
}
