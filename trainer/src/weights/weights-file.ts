import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FloatTensor, readWeightTensors } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import { checkDigest } from './digest-pin.ts';
import { KNOWN_WEIGHTS } from './known-weights.ts';

export interface WeightsFile {
  readonly path: string;
  /** What the file must be, or how its digest begins; null for any. */
  readonly sha256: string | null;
}

/**
 * The file that `--init` names: a path, or known weights that were fetched.
 * @param folder of fetched weights
 * @throws TrainerError `MODEL_NOT_FOUND` for known weights that were not.
 */
export function findWeights(given: string, sha256: string | null, folder: string): WeightsFile {
  const known = KNOWN_WEIGHTS.find(({ name }) => name === given);
  if (!known || existsSync(given)) return { path: resolve(given), sha256 };
  const path = join(folder, known.file);
  if (existsSync(path)) return { path, sha256: sha256 ?? known.sha256 };
  throw new TrainerError(
    'MODEL_NOT_FOUND',
    `Expected the weights ${given} at ${path}, received none. Fetch them first: edgeloop-trainer weights fetch ${given}`,
  );
}

/**
 * Reads `.safetensors`, torchvision's `.pth`, or `.onnx`.
 * @throws TrainerError `MODEL_NOT_FOUND`, `WEIGHTS_REFUSED` for another digest; OnnxError `WEIGHTS_INVALID`.
 */
export async function readWeights({
  path,
  sha256: pin,
}: WeightsFile): Promise<{ tensors: ReadonlyMap<string, FloatTensor>; sha256: Sha256 }> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new TrainerError('MODEL_NOT_FOUND', `Expected weights at ${path}: ${cause.message}`, {
      cause,
    });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  if (pin !== null) {
    checkDigest(
      ...[sha256, pin, path],
      'Fetch the weights again, or pin this digest if you trust them.',
    );
  }
  return { tensors: readWeightTensors(bytes, path), sha256 };
}
