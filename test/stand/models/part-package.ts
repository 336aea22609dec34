import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  decodeCrop,
  drawSample,
  encodeJpeg,
  type Lighting,
  SCENE_CLASSES,
  type SceneClass,
} from '@edgeloop/imaging';
import { exportResNet18, initialResNet18, PLAIN_TRAINING } from '@edgeloop/onnx';
import {
  allocateTensor,
  evaluationCrop,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  writeTensor,
} from '@edgeloop/protocol';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { TrainingSession } from '../../../onnx/src/training/training-session.ts';
import { PROGRAMS } from '../programs.ts';

const SIDE = 64;
const WIDTH = 512;
const STEPS = 100;
const CALIBRATION = 8;
const classes = SCENE_CLASSES.length;
const floats = floatTensorPlan(IMAGENET_MEAN, IMAGENET_STD);

/** Of a picture by its number: each class in turn. */
export const classOf = (i: number): SceneClass => SCENE_CLASSES[i % classes] as SceneClass;

/** A part on the belt as a JPEG; the same seed is the same part. */
export async function partPicture(
  seed: number,
  label: SceneClass,
  light: Lighting = 'standard',
): Promise<Uint8Array> {
  return encodeJpeg(await drawSample(seed, label, light), 90);
}

/**
 * A package of a ResNet18 that tells parts on a belt apart: random features, a last layer that was
 * trained on them in the standard light, INT8 by the quantizer. In another light it errs.
 * @param each Pictures of each class.
 */
export async function writePartPackage(directory: string, each: number): Promise<string> {
  const pictures = await Promise.all(
    Array.from({ length: each * classes }, (_, i) => partPicture(i, classOf(i))),
  );
  const initial = initialResNet18({ classes, seed: 1 });
  const rows = await embed(exportResNet18(initial, { size: SIDE, classes }), pictures);
  const learnt = new Map([...initial, ...(await trainHead(initial, rows))]);
  const folder = await mkdtemp(join(tmpdir(), 'part-package-'));
  const [model, labels] = [join(folder, 'model.onnx'), join(folder, 'labels.txt')];
  await writeFile(model, exportResNet18(learnt, { size: SIDE, classes }));
  await writeFile(labels, SCENE_CLASSES.join('\n'));
  const calibration = join(folder, 'calibration');
  await mkdir(calibration);
  for (const [i, bytes] of pictures.slice(0, CALIBRATION).entries()) {
    await writeFile(join(calibration, `${i}.jpg`), bytes);
  }
  await promisify(execFile)(process.execPath, [
    ...[PROGRAMS.trainer, 'quantize', model, '--calibration', calibration, '--labels', labels],
    ...['--out', directory, '--method', 'minmax', '--threads', '1'],
  ]);
  await rm(folder, { recursive: true });
  return directory;
}

async function embed(model: Uint8Array, pictures: readonly Uint8Array[]): Promise<Float32Array> {
  const crop = evaluationCrop(SIDE);
  const crops = await Promise.all(pictures.map((bytes) => decodeCrop(bytes, crop)));
  const data = allocateTensor(floats, SIDE, crops.length);
  for (const [row, each] of crops.entries()) writeTensor(floats, SIDE, each, data, row);
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const input = new Tensor('float32', data as Float32Array, [crops.length, 3, SIDE, SIDE]);
  const { embedding } = await session.run({ input });
  await session.release();
  return embedding?.data as Float32Array;
}

async function trainHead(
  init: ReturnType<typeof initialResNet18>,
  rows: Float32Array,
): ReturnType<TrainingSession['weights']> {
  const batch = rows.length / WIDTH;
  const training = await TrainingSession.load({
    ...PLAIN_TRAINING,
    network: 'head',
    size: SIDE,
    classes,
    batch,
    threads: 1,
    init,
    weightDecay: 0.01,
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  });
  const examples = new Float32Array(STEPS * rows.length);
  for (let step = 0; step < STEPS; step++) examples.set(rows, step * rows.length);
  const labels = Int32Array.from({ length: STEPS * batch }, (_, i) => (i % batch) % classes);
  const learningRates = Float32Array.from({ length: STEPS }, (_, i) => 0.004 * (1 - i / STEPS));
  await training.train({ examples, labels, learningRates });
  const weights = await training.weights();
  await training.close();
  return weights;
}
