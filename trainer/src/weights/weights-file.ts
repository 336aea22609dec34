import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSafetensors, type FloatTensor } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';

export interface WeightsFile {
  readonly path: string;
  /** What the file must be; null for any. */
  readonly sha256: string | null;
}

/**
 * Reads `.safetensors`.
 * @throws TrainerError `MODEL_NOT_FOUND`, `WEIGHTS_REFUSED` for another digest; OnnxError `WEIGHTS_INVALID`.
 */
export async function readWeights({
  path,
  sha256: expected,
}: WeightsFile): Promise<{ tensors: ReadonlyMap<string, FloatTensor>; sha256: Sha256 }> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new TrainerError('MODEL_NOT_FOUND', `Expected weights at ${path}: ${cause.message}`, {
      cause,
    });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  if (expected !== null && expected.toLowerCase() !== sha256) {
    throw new TrainerError(
      'WEIGHTS_REFUSED',
      `Expected SHA-256 ${expected} for ${path}, received ${sha256}. Fetch the weights again, or pin this digest if you trust them.`,
    );
  }
  return { tensors: decodeSafetensors(bytes).tensors, sha256 };
}
