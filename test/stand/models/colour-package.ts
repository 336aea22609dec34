import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { DataType, encodeModel } from '@edgeloop/onnx';
import { type FileReference, MANIFEST_FILE, type Manifest, type Sha256 } from '@edgeloop/protocol';
import { CHANNEL_MEANS, float, type Node, type Tensor, value } from './graph-parts.ts';

export const COLOURS = ['red', 'green', 'blue'] as const;
export type Colour = (typeof COLOURS)[number];
const SIDE = 8;
/** Logits are the mean of each channel times this: a pure colour scores 0.99. */
const GAIN = 10 / 255;

/** A JPEG of one colour, 32 × 24. */
export function picture(colour: Colour): Promise<Uint8Array> {
  const data = new Uint8Array(32 * 24 * 3);
  for (let i = COLOURS.indexOf(colour); i < data.length; i += 3) data[i] = 255;
  return encodeJpeg({ data, width: 32, height: 24 }, 95);
}

/**
 * A model package of a few kilobytes whose model tells red, green and blue: mean of each channel,
 * so that what an agent must publish is known, and the runtime, the package check and the golden
 * case are the real ones.
 */
export async function writeColourPackage(
  folder: string,
  model: Uint8Array = colourModel(),
): Promise<string> {
  await mkdir(join(folder, 'golden'), { recursive: true });
  const write = async (path: string, bytes: Uint8Array): Promise<FileReference> => {
    await writeFile(join(folder, path), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    return { path, bytes: bytes.length, sha256 };
  };
  const cropped = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < cropped.length; i += 3) cropped[i] = 254;
  const metrics = { precision: 1, recall: 1, samples: 1 };
  const manifest: Manifest = {
    format: 1,
    name: 'colours',
    classes: [...COLOURS],
    crop: { resize: SIDE, crop: SIDE, kernel: 'linear' },
    variants: {
      int8: {
        file: await write('model.int8.onnx', model),
        tensor: { type: 'uint8', layout: 'NHWC', padding: 0, padValue: [0, 0, 0] },
      },
    },
    golden: {
      cases: [
        {
          image: await write('golden/0.jpg', await picture('red')),
          cropped: await write('golden/0.rgb', cropped),
          logits: { int8: [10, 0, 0] },
        },
      ],
      tolerance: { croppedMean: 3, score: 0.02 },
    },
    metrics: {
      samples: { train: 1, validation: 1, test: 1, skipped: 0 },
      trainAccuracy: 1,
      validationAccuracy: 1,
      test: {
        int8: {
          accuracy: 1,
          confusion: COLOURS.map(() => COLOURS.map(() => 0)),
          perClass: Object.fromEntries(COLOURS.map((colour) => [colour, metrics])),
        },
      },
      predictions: await write('predictions.jsonl', new TextEncoder().encode('{}\n')),
    },
    lineage: { dataset: '0'.repeat(64) as Sha256, recipe: {}, code: {} },
  };
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return folder;
}

/** The package with other content for its predictions, such as a lot of it. */
export async function withExtraFile(folder: string, content: Uint8Array): Promise<string> {
  const path = join(folder, MANIFEST_FILE);
  const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
  const predictions = manifest.metrics?.predictions as FileReference;
  await writeFile(join(folder, predictions.path), content);
  predictions.bytes = content.length;
  predictions.sha256 = createHash('sha256').update(content).digest('hex') as Sha256;
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}

/** The package with a golden picture that is larger than one may be. */
export const withLargePicture = (folder: string): Promise<string> =>
  withPicture(folder, new Uint8Array(32 * 2 ** 20 + 1));

/** The package with other bytes for its golden picture. */
export async function withPicture(folder: string, content: Uint8Array): Promise<string> {
  const path = join(folder, MANIFEST_FILE);
  const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
  const { image } = manifest.golden.cases[0]!;
  await writeFile(join(folder, image.path), content);
  image.bytes = content.length;
  image.sha256 = createHash('sha256').update(content).digest('hex') as Sha256;
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}

/** The package with its model as another variant as well, which no device asks for. */
export async function withFloatVariant(folder: string): Promise<string> {
  const path = join(folder, MANIFEST_FILE);
  const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
  const { int8 } = manifest.variants;
  const file = { ...int8!.file, path: 'model.fp32.onnx' };
  await copyFile(join(folder, int8!.file.path), join(folder, file.path));
  manifest.variants.fp32 = { ...int8!, file };
  for (const { logits } of manifest.golden.cases) logits.fp32 = logits.int8!;
  const { metrics } = manifest;
  if (metrics) metrics.test.fp32 = metrics.test.int8!;
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}

/** The same model, but for blue it answers with NaN: the root of what is below zero. */
export const modelWithoutBlue = (): Uint8Array =>
  colourModel(
    [
      { opType: 'Sub', input: ['limits', 'embedding'], output: ['left'] },
      { opType: 'Sqrt', input: ['left'], output: ['root'] },
      { opType: 'Mul', input: ['root', 'nothing'], output: ['nothingOrNaN'] },
      { opType: 'Mul', input: ['embedding', 'gain'], output: ['product'] },
      { opType: 'Add', input: ['product', 'nothingOrNaN'], output: ['logits'] },
    ],
    [float('limits', [400, 400, 100]), float('nothing', [0])],
  );

/** @param last From `embedding` to `logits`. */
function colourModel(
  last: readonly Node[] = [{ opType: 'Mul', input: ['embedding', 'gain'], output: ['logits'] }],
  more: readonly Tensor[] = [],
): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'colours',
      node: [...CHANNEL_MEANS, ...last],
      initializer: [float('gain', [GAIN]), ...more],
      input: [value('input', DataType.UINT8, [1, SIDE, SIDE, 3])],
      output: [value('logits', DataType.FLOAT, [1, 3]), value('embedding', DataType.FLOAT, [1, 3])],
    },
  });
}
