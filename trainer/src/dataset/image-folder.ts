import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ImagingError } from '@edgeloop/imaging';
import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import { entryKind } from './entry-kind.ts';
import type { FittedPicture, FittedPictures } from './fitted-pictures.ts';

interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** One picture with its label. Identical bytes are one sample. */
export interface Sample {
  /** Relative to the folder, with forward slashes: `scratch/0001.jpg`. */
  readonly file: string;
  readonly path: string;
  readonly sha256: Sha256;
  /** Index into the dataset's classes. */
  readonly label: number;
  /** What augmentation cuts from. */
  readonly picture: FittedPicture;
}

export interface ImageFolder {
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  /** What is no whole picture, with the reason. */
  readonly skipped: readonly SkippedFile[];
  readonly duplicates: number;
}

/** Pictures a class needs so that every side of the split can have one. */
const FEWEST_OF_A_CLASS = 3;
/** Pictures that are decoded at a time. */
const PARALLEL = 4;

const NO_FILE = {
  folder: 'Expected a picture, received a folder. Put its pictures into the folder of their class.',
  lost: 'Expected a picture, received a link that leads to none.',
  other: 'Expected a picture, received what is no file.',
} as const;

/**
 * Reads a folder of class folders (torchvision's ImageFolder): JPEG, PNG, WebP, known by their
 * content, and links to them. What is hidden is left out, what else is no picture is skipped and
 * told.
 * @param frozen Names of the classes, in the order of their folders, where it is settled which side
 * each picture is on: no class needs one for every side. Null: folders are named as their classes.
 * @throws TrainerError `DATASET_NOT_FOUND`, `DATASET_EMPTY`, `DATASET_ONE_CLASS`,
 * `DATASET_CLASS_TOO_SMALL`, `DATASET_CONTRADICTORY` for the same bytes under two classes.
 */
export async function readImageFolder(
  folder: string,
  pictures: FittedPictures,
  frozen: readonly string[] | null,
  signal: AbortSignal,
): Promise<ImageFolder> {
  const classFolders = await listClasses(folder);
  const found: Sample[] = [];
  const skipped: SkippedFile[] = [];
  for (const [label, name] of classFolders.entries()) {
    const { files, others } = await listClass(folder, name);
    skipped.push(...others);
    for (let i = 0; i < files.length; i += PARALLEL) {
      signal.throwIfAborted();
      const read = files
        .slice(i, i + PARALLEL)
        .map((file) => readSample(folder, file, label, pictures));
      for (const result of await Promise.all(read)) {
        if ('picture' in result) found.push(result);
        else skipped.push(result);
      }
    }
  }
  const classes = frozen ?? classFolders;
  const samples = withoutDuplicates(found, classes);
  if (samples.length === 0) checkDepth(folder, skipped);
  checkClasses(folder, classes, samples, frozen !== null);
  return { classes, samples, skipped, duplicates: found.length - samples.length };
}

async function listClasses(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const kinds = await Promise.all(entries.map(entryKind));
    return entries
      .filter(({ name }, i) => kinds[i] === 'folder' && !name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new TrainerError(
      'DATASET_NOT_FOUND',
      `Expected a folder of class folders at ${folder}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function listClass(
  folder: string,
  name: string,
): Promise<{ files: string[]; others: SkippedFile[] }> {
  const files: string[] = [];
  const others: SkippedFile[] = [];
  for (const entry of await readdir(join(folder, name), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const file = `${name}/${entry.name}`;
    const kind = await entryKind(entry);
    if (kind === 'file') files.push(file);
    else others.push({ file, reason: NO_FILE[kind] });
  }
  return { files: files.sort(), others };
}

async function readSample(
  folder: string,
  file: string,
  label: number,
  pictures: FittedPictures,
): Promise<Sample | SkippedFile> {
  const path = join(folder, file);
  try {
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    return { file, path, sha256, label, picture: await pictures.fit(path, bytes) };
  } catch (error) {
    if (error instanceof ImagingError) return { file, reason: error.message };
    throw error;
  }
}

function withoutDuplicates(samples: readonly Sample[], classes: readonly string[]): Sample[] {
  const byDigest = new Map<Sha256, Sample>();
  for (const sample of samples) {
    const known = byDigest.get(sample.sha256);
    if (known && known.label !== sample.label) {
      throw new TrainerError(
        'DATASET_CONTRADICTORY',
        `Expected one class for a picture, received two: ${known.file} and ${sample.file} have the same bytes, as ${classes[known.label]} and ${classes[sample.label]}. Remove the wrong one.`,
      );
    }
    if (!known) byDigest.set(sample.sha256, sample);
  }
  return [...byDigest.values()];
}

/**
 * Many public sets are divided already, into `train/` and `val/`.
 * @throws TrainerError `DATASET_EMPTY` where class folders lie a folder deeper
 */
function checkDepth(folder: string, skipped: readonly SkippedFile[]): void {
  const deeper = skipped.find(({ reason }) => reason === NO_FILE.folder)?.file;
  if (deeper === undefined) return;
  const above = join(folder, dirname(deeper));
  throw new TrainerError(
    'DATASET_EMPTY',
    `Expected pictures in the class folders of ${folder}, received folders: ${deeper}. Name the folder that has the class folders, such as ${above}; a part of its pictures is kept aside for validation and test.`,
  );
}

function checkClasses(
  folder: string,
  classes: readonly string[],
  samples: readonly Sample[],
  settled: boolean,
): void {
  const layout = settled
    ? 'Label more pictures and freeze another version.'
    : 'Put the pictures of each class into a folder named after it: good/1.jpg, scratch/2.jpg.';
  if (samples.length === 0) {
    throw new TrainerError(
      'DATASET_EMPTY',
      `Expected JPEG, PNG or WebP pictures in the class folders of ${folder}, received none. ${layout}`,
    );
  }
  const counts = classes.map(
    (_, label) => samples.filter((sample) => sample.label === label).length,
  );
  const present = classes.filter((_, label) => (counts[label] as number) > 0);
  if (present.length < 2) {
    throw new TrainerError(
      'DATASET_ONE_CLASS',
      `Expected pictures of at least two classes in ${folder}, received one: ${present.join()}. ${layout}`,
    );
  }
  if (settled) return;
  const small = classes.filter((_, label) => (counts[label] as number) < FEWEST_OF_A_CLASS);
  if (small.length > 0) {
    throw new TrainerError(
      'DATASET_CLASS_TOO_SMALL',
      `Expected at least ${FEWEST_OF_A_CLASS} pictures of every class in ${folder} (to train, validate and test), received fewer for ${small.join(', ')}.`,
    );
  }
}
