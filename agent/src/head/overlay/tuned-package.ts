import { readFile } from 'node:fs/promises';
import { writeDurably } from '@edgeloop/disk';
import { type LoadedPackage, replaceHead } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import type { HeadOverlay } from './head-overlay.ts';

/**
 * The package with a tuned head in place of its own: another model file, which is written at
 * `path`, and other answers to its golden cases. The package itself stays as it is.
 * @throws OnnxError `ONNX_UNSUPPORTED` where the head does not fit, Error of the file system
 */
export async function tunedPackage(
  loaded: LoadedPackage,
  { head, golden }: HeadOverlay,
  digest: Sha256,
  path: string,
): Promise<LoadedPackage> {
  const model = replaceHead(await readFile(loaded.modelPath), head);
  const before = await readFile(path).catch(() => null);
  // A card wears by what is written: the same model is there from the start before.
  if (!before?.equals(model)) await writeDurably(path, model);
  const { manifest, variant } = loaded;
  const cases = manifest.golden.cases.map((each, i) => ({
    ...each,
    logits: { ...each.logits, [variant]: [...(golden[i] ?? [])] },
  }));
  return {
    ...loaded,
    modelPath: path,
    manifest: { ...manifest, golden: { ...manifest.golden, cases } },
    head: digest,
  };
}
