import { createHash } from 'node:crypto';
import {
  parseId,
  type SampleReason,
  type SampleRecord,
  seededRandom,
  timestamp,
} from '@edgeloop/protocol';
import { MIDNIGHT, MODEL } from './messages.ts';

/** Bytes that stand for a picture: the same number, the same bytes. */
export function pictureBytes(number: number, size = 1_000): Uint8Array {
  const random = seededRandom(number);
  return Uint8Array.from({ length: size }, () => Math.floor(random.between(0, 256)));
}

/** A valid record of such a picture, captured `number` seconds after midnight. */
export function sampleRecord(
  number: number,
  changes: Readonly<Partial<SampleRecord>> & { readonly reason?: SampleReason } = {},
): SampleRecord {
  const { reason = 'uncertain', ...rest } = changes;
  const picture = pictureBytes(number, changes.bytes);
  return {
    sha256: parseId('sha256', createHash('sha256').update(picture).digest('hex')),
    mediaType: 'image/jpeg',
    bytes: picture.length,
    width: 32,
    height: 24,
    camera: parseId('camera', 'cam0'),
    slot: parseId('slot', 'main'),
    model: parseId('sha256', MODEL),
    bootId: parseId('boot', '00000000-0000-4000-8000-00000000b007'),
    capturedAt: timestamp(MIDNIGHT + 1_000 * number),
    reasons: [reason],
    unbiased: reason === 'random',
    label: 'scratch',
    scores: { scratch: 0.5, good: 0.5 },
    margin: 0,
    entropy: 1,
    burst: parseId('burst', '55555555-5555-4555-8555-555555555555'),
    ...rest,
  };
}
