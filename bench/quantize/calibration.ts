import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeCrop, ImagingError } from '@edgeloop/imaging';
import { exportResNet18, initialResNet18, quantize } from '@edgeloop/onnx';
import { evaluationCrop, IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import { Peer } from '../peer.ts';
import { SIZE } from '../round-trip.ts';

const PICTURES = 500;
const THREADS = 2;
const FOLDERS = [
  'imagenet-mini40',
  ...['train', 'val'].flatMap((side) =>
    ['ants', 'bees'].map((name) => `hymenoptera/${side}/${name}`),
  ),
  ...['crazing', 'patches', 'scratches'].map((name) => `neu-steel/${name}`),
];

/**
 * Seconds of a static quantization of ResNet18 over 500 real pictures: ours by every method, the
 * best of which it takes, and PyTorch's by its default observers. Pictures are decoded before.
 * Random weights: the time does not depend on them.
 */
export async function measureCalibration(
  data: string,
  folder: string,
): Promise<Record<string, number>> {
  const pictures = await readPictures(data);
  const model = exportResNet18(initialResNet18({ classes: 1000, seed: 1 }), {
    size: SIZE,
    classes: 1000,
  });
  const begun = performance.now();
  await quantize(model, pictures, {
    size: SIZE,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: THREADS,
  });
  const seconds = (performance.now() - begun) / 1000;
  const peer = Peer.start('pytorch-calibrate.py');
  if (!peer) return { pictures: pictures.length, seconds };
  try {
    const path = join(folder, 'pictures');
    await writeFile(path, Buffer.concat(pictures));
    const request = { pictures: path, count: pictures.length, threads: THREADS };
    const theirs = await peer.ask<{ seconds: number }>(request);
    return { pictures: pictures.length, seconds, pytorchSeconds: theirs.seconds };
  } finally {
    peer.close();
  }
}

/** @throws where there are fewer: seconds of another number mean something else */
async function readPictures(data: string): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const folder of FOLDERS) {
    for (const file of (await readdir(join(data, folder)).catch(() => [])).sort()) {
      if (pictures.length === PICTURES) return pictures;
      const picture = await decoded(join(data, folder, file));
      if (picture) pictures.push(picture);
    }
  }
  if (pictures.length === PICTURES) return pictures;
  throw new Error(
    `Expected ${PICTURES} pictures in ${FOLDERS.join(', ')} of ${data}, received ${pictures.length}.`,
  );
}

/** Null: a real folder has other files, too. */
async function decoded(path: string): Promise<Uint8Array | null> {
  try {
    return await decodeCrop(await readFile(path), evaluationCrop(SIZE));
  } catch (error) {
    if (error instanceof ImagingError) return null;
    throw error;
  }
}
