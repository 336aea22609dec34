import type { RawImage } from '@edgeloop/imaging';
import { AgentError } from '../../errors.ts';

/** `P6`, width, height, greatest value: what ffmpeg writes before each frame. */
const HEADER = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/;
const MAX_HEADER = 24;
const MAX_PIXELS = 64_000_000;

/**
 * Cuts a stream of binary PPM pictures (Netpbm's `P6`, 8 bits) into frames. They carry their own
 * size, and nothing is lost in them, so a frame is the same as when the file's pictures were
 * decoded at training.
 * @throws AgentError `SOURCE_FAILED` when something else comes.
 */
export async function* parsePpm(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawImage> {
  let frame: (RawImage & { filled: number }) | null = null;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      if (!frame) {
        const missing = MAX_HEADER - rest.length;
        const head: Buffer = Buffer.concat([rest, chunk.subarray(at, at + missing)]);
        const header = readHeader(head);
        if (!header) {
          at += head.length - rest.length;
          rest = head;
          continue;
        }
        at += header.length - rest.length;
        rest = Buffer.alloc(0);
        const { width, height } = header;
        frame = { width, height, data: new Uint8Array(3 * width * height), filled: 0 };
      }
      const part = chunk.subarray(at, at + frame.data.length - frame.filled);
      frame.data.set(part, frame.filled);
      frame.filled += part.length;
      at += part.length;
      if (frame.filled === frame.data.length) {
        yield { width: frame.width, height: frame.height, data: frame.data };
        frame = null;
      }
    }
  }
}

/** Null: not all of it is there yet. */
function readHeader(head: Buffer): { width: number; height: number; length: number } | null {
  const text = head.toString('latin1');
  const match = HEADER.exec(text);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (match && width * height > 0 && width * height <= MAX_PIXELS) {
    return { width, height, length: match[0].length };
  }
  if (match || head.length >= MAX_HEADER) {
    throw new AgentError(
      'SOURCE_FAILED',
      `Expected a PPM picture of at most ${MAX_PIXELS / 1e6} megapixels from ffmpeg, received ${JSON.stringify(text)}.`,
    );
  }
  return null;
}
