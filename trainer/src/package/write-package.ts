import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder } from '@edgeloop/disk';
import { decodeCrop, decodeFitted, encodeJpeg } from '@edgeloop/imaging';
import {
  type Calibration,
  type CropPlan,
  type FileReference,
  type GoldenCase,
  MANIFEST_FILE,
  type Manifest,
  type Metrics,
  parseManifest,
  type Quantization,
  type Sha256,
  type TensorPlan,
} from '@edgeloop/protocol';
import { ownMark, writeMark } from '../run/process-mark.ts';
import { checkTarget } from './check-target.ts';
import { partialPrefix, REPLACED, recoverTarget } from './recover-target.ts';

/** One executable form of the model, and how to run it on crops. */
export interface VariantContent {
  readonly bytes: Uint8Array;
  readonly tensor: TensorPlan;
  /** Of a model that was trained here. */
  readonly calibration?: Calibration;
  /** Logits for one crop. */
  readonly run: (crop: Uint8Array) => Promise<readonly number[]>;
}

export interface PackageContent {
  readonly name: string;
  readonly classes: readonly string[];
  readonly crop: CropPlan;
  readonly variants: Readonly<Record<string, VariantContent>>;
  /** Encoded pictures. */
  readonly goldenPictures: readonly Uint8Array[];
  /** Of a model that was trained here; `predictions` has one JSON object a line. */
  readonly metrics?: Omit<Metrics, 'predictions'> & { readonly predictions: string };
  readonly quantization: Quantization;
  readonly lineage: Manifest['lineage'];
}

/** Decoders differ by a step or two; a score by what that does to it. */
const TOLERANCE = { croppedMean: 2, score: 0.05 };

/** Pixels of the shorter side of a golden picture that was no JPEG. */
const JPEG_SIDE = 1024;

/**
 * Writes a package into a folder beside the target and renames it: there is never half a package.
 * When this returns, it is on disk: whoever calls may remove what it was made from. A kill between
 * the renames leaves both beside the target: `recoverTarget` ends that. The manifest holds no time:
 * the same training gives the same bytes.
 * @returns The digest of the manifest, which is the package's.
 * @throws TrainerError `PACKAGE_EXISTS` where something else than a package has come there
 * meanwhile
 */
export async function writePackage(directory: string, content: PackageContent): Promise<Sha256> {
  await recoverTarget(directory);
  await makeFolder(dirname(directory));
  const temporary = `${partialPrefix(directory)}${writeMark(ownMark())}`;
  const replaced = `${temporary}${REPLACED}`;
  const golden = join(temporary, 'golden');
  await mkdir(golden, { recursive: true });
  try {
    const manifest = await writeFiles(temporary, content);
    // Not indented: a confusion matrix has a number for each two classes, and devices fetch 4 MiB
    // at most.
    const bytes = `${JSON.stringify(manifest)}\n`;
    parseManifest(bytes);
    await writeFile(join(temporary, MANIFEST_FILE), bytes, { flush: true });
    for (const folder of [golden, temporary]) await syncFolder(folder);
    await checkTarget(directory, true);
    await moveAway(directory, replaced);
    await rename(temporary, directory).catch(async (error) => {
      // Who came there meanwhile keeps the place.
      await moveAway(replaced, directory).catch(() => {});
      throw error;
    });
    await syncFolder(dirname(directory));
    await rm(replaced, { recursive: true, force: true });
    return createHash('sha256').update(bytes).digest('hex') as Sha256;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * At once: of a package that is removed where it is, a kill would leave what is none, and replaced
 * by nobody.
 */
async function moveAway(directory: string, to: string): Promise<void> {
  await rename(directory, to).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function writeFiles(folder: string, content: PackageContent): Promise<Manifest> {
  const variants: Manifest['variants'] = {};
  for (const [name, { bytes, tensor, calibration }] of Object.entries(content.variants)) {
    const file = await write(folder, `model.${name}.onnx`, bytes);
    variants[name] = { file, tensor, ...(calibration && { calibration }) };
  }
  const cases: GoldenCase[] = [];
  for (const [index, picture] of content.goldenPictures.entries()) {
    cases.push(await writeGolden(folder, index, picture, content));
  }
  const { name, classes, crop, metrics, quantization, lineage } = content;
  const predictions =
    metrics && (await write(folder, 'predictions.jsonl', Buffer.from(metrics.predictions)));
  return {
    format: 1,
    name,
    classes: [...classes],
    crop,
    variants,
    golden: { cases, tolerance: TOLERANCE },
    ...(metrics && predictions && { metrics: { ...metrics, predictions } }),
    quantization,
    lineage,
  };
}

async function writeGolden(
  folder: string,
  index: number,
  picture: Uint8Array,
  content: PackageContent,
): Promise<GoldenCase> {
  const bytes = isJpeg(picture) ? picture : await asJpeg(picture);
  const crop = await decodeCrop(bytes, content.crop);
  const logits: Record<string, number[]> = {};
  for (const [name, { run }] of Object.entries(content.variants))
    logits[name] = [...(await run(crop))];
  return {
    image: await write(folder, `golden/${index}.jpg`, bytes),
    cropped: await write(folder, `golden/${index}.rgb`, crop),
    logits,
  };
}

const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8;

/** Large enough for what any crop keeps of it. */
async function asJpeg(picture: Uint8Array): Promise<Uint8Array> {
  return encodeJpeg(await decodeFitted(picture, JPEG_SIDE), 92);
}

async function write(folder: string, path: string, bytes: Uint8Array): Promise<FileReference> {
  await writeFile(join(folder, path), bytes, { flush: true });
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  return { path, bytes: bytes.length, sha256 };
}
