import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FloatTensor, readWeightTensors } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import { checkDigest } from './digest-pin.ts';
import { KNOWN_WEIGHTS, knownWeights } from './known-weights.ts';

export interface WeightsFile {
  readonly path: string;
  /** What the file must be, or how its digest begins; null for any. */
  readonly sha256: string | null;
  /** Of the rows of its last layer; null where nobody says. */
  readonly classes: readonly string[] | null;
}

/**
 * The file that `--init` names: a path, or known weights that were fetched.
 * @param folder of fetched weights
 * @throws TrainerError `MODEL_NOT_FOUND` for known weights that were not.
 */
export function findWeights(given: string, sha256: string | null, folder: string): WeightsFile {
  const known = KNOWN_WEIGHTS.some(({ name }) => name === given);
  if (!known || existsSync(given)) return { path: resolve(given), sha256, classes: null };
  const fetched = fetchedWeights(given, folder);
  return { ...fetched, sha256: sha256 ?? fetched.sha256 };
}

/**
 * Known weights that were fetched, and nothing else: what a job may name. Whoever asks for a
 * training need not be one who may read this machine's files, and of frozen stages a model brings
 * back what it began with.
 * @param folder of fetched weights
 * @throws TrainerError `OPTION_INVALID` for other names, `MODEL_NOT_FOUND` for weights that are not
 * here
 */
export function fetchedWeights(name: string, folder: string): WeightsFile {
  const { file, sha256 } = knownWeights(name);
  const path = join(folder, file);
  if (existsSync(path)) return { path, sha256, classes: null };
  throw new TrainerError(
    'MODEL_NOT_FOUND',
    `Expected the weights ${name} at ${path}, received none. Fetch them first: edgeloop-trainer weights fetch ${name}`,
  );
}

/**
 * Reads `.safetensors`, torchvision's `.pth`, or `.onnx`.
 * @throws TrainerError `MODEL_NOT_FOUND`, `WEIGHTS_REFUSED` for another digest; OnnxError
 * `WEIGHTS_INVALID`.
 */
export async function readWeights({
  path,
  sha256: pin,
}: Pick<WeightsFile, 'path' | 'sha256'>): Promise<{
  tensors: ReadonlyMap<string, FloatTensor>;
  sha256: Sha256;
}> {
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
