import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSha256 } from '@edgeloop/disk';
import {
  type CropPlan,
  type FileReference,
  MANIFEST_FILE,
  type Manifest,
  ProtocolError,
  packageFiles,
  parseManifest,
  type Sha256,
  type TensorPlan,
  variantFiles,
} from '@edgeloop/protocol';

/** A package whose files are what its manifest says. */
export interface LoadedPackage {
  readonly directory: string;
  /** SHA-256 of the manifest's bytes: it names every file by digest, so this names the whole. */
  readonly digest: Sha256;
  readonly manifest: Manifest;
  readonly variant: string;
  readonly modelPath: string;
  readonly cropPlan: CropPlan;
  readonly tensorPlan: TensorPlan;
  readonly classes: readonly string[];
  /**
   * Digest of a last layer that was tuned on the device and stands in the place of its own; absent:
   * it is as it came.
   */
  readonly head?: Sha256;
}

/**
 * `whole`: every file that the manifest names is there; `variant`: what one variant needs, as a
 * device fetches it.
 */
export type PackageExtent = 'whole' | 'variant';

/**
 * Reads a model package from a folder and checks the digest of every file that should be in it.
 * @throws ProtocolError `PACKAGE_FILE_MISSING`, `PACKAGE_MANIFEST_INVALID`, `PACKAGE_FILE_ALTERED`,
 * `PACKAGE_VARIANT_MISSING`
 */
export async function loadPackage(
  directory: string,
  variant = 'int8',
  extent: PackageExtent = 'whole',
): Promise<LoadedPackage> {
  const bytes = await readManifest(directory);
  const manifest = parseManifest(bytes.toString('utf8'));
  const chosen = Object.hasOwn(manifest.variants, variant) ? manifest.variants[variant] : undefined;
  if (!chosen) {
    throw new ProtocolError(
      'PACKAGE_VARIANT_MISSING',
      `Expected a variant ${variant} in ${directory}, received ${Object.keys(manifest.variants).join(', ')}.`,
    );
  }
  const files = extent === 'whole' ? packageFiles(manifest) : variantFiles(manifest, chosen);
  for (const file of files) await checkFile(directory, file);
  return {
    directory,
    digest: digestOf(bytes),
    manifest,
    variant,
    modelPath: join(directory, chosen.file.path),
    cropPlan: manifest.crop,
    tensorPlan: chosen.tensor,
    classes: manifest.classes,
  };
}

/**
 * What names a package: SHA-256 of its manifest. Nothing is checked.
 * @throws ProtocolError `PACKAGE_FILE_MISSING`
 */
export async function packageDigest(directory: string): Promise<Sha256> {
  return digestOf(await readManifest(directory));
}

const digestOf = (manifest: Buffer) =>
  createHash('sha256').update(manifest).digest('hex') as Sha256;

async function readManifest(directory: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, MANIFEST_FILE));
  } catch (cause) {
    throw new ProtocolError(
      'PACKAGE_FILE_MISSING',
      `Expected a model package with ${MANIFEST_FILE} in ${directory}: ${(cause as Error).message}. Make one with edgeloop-trainer fit.`,
      { cause },
    );
  }
}

async function checkFile(directory: string, file: FileReference): Promise<void> {
  const digest = await fileSha256(join(directory, file.path)).catch((cause: Error) => {
    throw new ProtocolError(
      'PACKAGE_FILE_MISSING',
      `Expected ${file.path} in ${directory}: ${cause.message}. Copy the package again, whole.`,
      { cause },
    );
  });
  if (digest !== file.sha256) {
    throw new ProtocolError(
      'PACKAGE_FILE_ALTERED',
      `Expected SHA-256 ${file.sha256} for ${file.path} in ${directory}, received ${digest}. The file was changed after training or damaged on its way: copy the package again.`,
    );
  }
}
