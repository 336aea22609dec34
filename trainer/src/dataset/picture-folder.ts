import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { entriesBelow } from '@edgeloop/disk';
import { decodeCrop, ImagingError } from '@edgeloop/imaging';
import { evenlySpaced } from '@edgeloop/onnx';
import type { CropPlan } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import { entryKind } from './entry-kind.ts';

/** A picture without a label, as a model sees it. */
interface Picture {
  /** Relative to the folder, with forward slashes. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** `uint8[crop, crop, 3]`. */
  readonly crop: Uint8Array;
}

export interface PictureFolder {
  readonly pictures: readonly Picture[];
  /** What is no whole picture. */
  readonly skipped: readonly string[];
}

/**
 * Reads the pictures of a folder and of the folders in it, at most so many, evenly spaced over
 * their sorted names. Links to pictures are followed, links to folders are not; what is hidden is
 * left out.
 * @throws TrainerError `DATASET_NOT_FOUND`, `DATASET_EMPTY`
 */
export async function readPictureFolder(
  folder: string,
  plan: CropPlan,
  most: number,
  signal: AbortSignal,
): Promise<PictureFolder> {
  const pictures: Picture[] = [];
  const { files, others } = await listFiles(folder);
  const skipped = [...others];
  for (const file of evenlySpaced(files, most)) {
    signal.throwIfAborted();
    const bytes = await readFile(join(folder, file));
    try {
      pictures.push({ file, bytes, crop: await decodeCrop(bytes, plan) });
    } catch (error) {
      if (!(error instanceof ImagingError)) throw error;
      skipped.push(file);
    }
  }
  if (pictures.length > 0) return { pictures, skipped };
  throw new TrainerError(
    'DATASET_EMPTY',
    `Expected JPEG, PNG or WebP pictures in ${folder}, received none.`,
  );
}

async function listFiles(folder: string): Promise<{ files: string[]; others: string[] }> {
  try {
    const files: string[] = [];
    const others: string[] = [];
    for (const entry of await entriesBelow(folder)) {
      const file = relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
      if (entry.isDirectory() || /(^|\/)\./.test(file)) continue;
      ((await entryKind(entry)) === 'file' ? files : others).push(file);
    }
    return { files: files.sort(), others: others.sort() };
  } catch (cause) {
    throw new TrainerError(
      'DATASET_NOT_FOUND',
      `Expected a folder of pictures at ${folder}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
