import { createHash } from 'node:crypto';
import { decodeCrop, decodeFitted } from '@edgeloop/imaging';
import { evaluationCrop, type Sha256 } from '@edgeloop/protocol';
import { type Frame, SIZE } from './stream.ts';

const CROP = evaluationCrop(SIZE);
/** As a fit keeps them: larger than what the model sees, for crops of a part of it. */
const FITTED = 1.3;

/** A picture as trainer and device have it. */
export async function readFrame(
  bytes: Uint8Array,
  label: number,
  burst: number,
  file: string,
): Promise<Frame> {
  const picture = await decodeFitted(bytes, Math.round(CROP.resize * FITTED));
  const { width, height } = picture;
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  const fitted = { width, height, pixels: async () => picture };
  const sample = { file, path: file, sha256, label, picture: fitted };
  return { sample, burst, crop: await decodeCrop(bytes, CROP) };
}
