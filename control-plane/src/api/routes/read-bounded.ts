import { MAX_SAMPLE_BYTES } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';

/** One picture from a request. @throws ControlPlaneError `UPLOAD_TOO_LARGE` */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  most: number = MAX_SAMPLE_BYTES,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > most) {
      throw new ControlPlaneError(
        'UPLOAD_TOO_LARGE',
        `Expected a picture of at most ${most} bytes, received more. Make it smaller.`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
