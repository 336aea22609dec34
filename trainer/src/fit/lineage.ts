import { createHash } from 'node:crypto';
import { runtimeVersion } from '@edgeloop/onnx';
import type { Manifest, Sha256 } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import type { RunIdentity } from '../run/checkpoint.ts';

/** SHA-256 over the sorted digests and classes of all pictures. */
export function datasetFingerprint(samples: readonly Sample[], classes: readonly string[]): Sha256 {
  const lines = samples.map(({ sha256, label }) => `${sha256} ${classes[label]}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex') as Sha256;
}

export function lineage(
  { dataset, recipe, init }: RunIdentity,
  trainer: string,
): Manifest['lineage'] {
  return {
    dataset,
    recipe: { architecture: 'resnet18', init, ...recipe },
    code: { trainer, onnxruntime: runtimeVersion() },
  };
}
