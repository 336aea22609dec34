import { drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';
import { exportResNet18, initialResNet18, quantize } from '@edgeloop/onnx';
import {
  evaluationCrop,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type Sha256,
} from '@edgeloop/protocol';
import { writePackage } from '../../trainer/src/package/write-package.ts';
import { drawnCrops, runModel } from '../stand/models/run-model.ts';

const CLASSES = SCENE_CLASSES.length;
const EMBEDDING = 512;
/** Of each class, for the last layer and the calibration. */
const EACH = 6;
/** Between the best and the worst class of a picture lie some units, as after a training. */
const SPREAD = 8;

/**
 * A package of a whole ResNet18 in INT8 in a few seconds: the convolutions are random, the last
 * layer compares with the mean embedding of each class of drawn pictures. It is no good model, but
 * a real one: what it says depends on what it sees.
 */
export async function writeDrawnPackage(folder: string, size: number): Promise<void> {
  const crops = await drawnCrops(EACH * CLASSES, size);
  const weights = new Map(initialResNet18({ classes: CLASSES, seed: 1 }));
  const features = exportResNet18(weights, { size, classes: CLASSES });
  const seen = await runModel(features, floatTensorPlan(), crops, size);
  const head = nearestMean(seen.map(({ embedding = [] }) => embedding));
  weights.set('fc.weight', { dims: [CLASSES, EMBEDDING], data: head.weight });
  weights.set('fc.bias', { dims: [CLASSES], data: head.bias });
  const { model, tensorPlan, report } = await quantize(
    exportResNet18(weights, { size, classes: CLASSES }),
    crops,
    {
      size,
      mean: IMAGENET_MEAN,
      std: IMAGENET_STD,
      threads: 1,
      method: 'minmax',
      // The quick sums of an x64 processor without VNNI saturate with full weights: what arm64 is
      // compared with would depend on them.
      reduceRange: true,
    },
  );
  const picture = (label: (typeof SCENE_CLASSES)[number]) =>
    drawSample(1000, label).then((image) => encodeJpeg(image, 90));
  await writePackage(folder, {
    name: 'drawn',
    classes: [...SCENE_CLASSES],
    crop: evaluationCrop(size),
    variants: {
      int8: {
        bytes: model,
        tensor: tensorPlan,
        run: async (crop) => (await runModel(model, tensorPlan, [crop], size))[0]?.logits ?? [],
      },
    },
    goldenPictures: await Promise.all(SCENE_CLASSES.slice(0, 2).map(picture)),
    quantization: report,
    lineage: { dataset: '0'.repeat(64) as Sha256, recipe: {}, code: {} },
  });
}

/**
 * A linear layer that is largest for the class whose mean is nearest.
 * @param embeddings of every class in turn
 */
function nearestMean(embeddings: readonly (readonly number[])[]) {
  const mean = (some: readonly (readonly number[])[]) =>
    Array.from(
      { length: EMBEDDING },
      (_, i) => some.reduce((sum, e) => sum + e[i]!, 0) / some.length,
    );
  const middle = mean(embeddings);
  const means = SCENE_CLASSES.map((_, label) =>
    mean(embeddings.filter((_embedding, i) => i % CLASSES === label)),
  );
  const offsets = means.map((m) => m.map((value, i) => value - middle[i]!));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const scale = SPREAD / Math.max(...offsets.map((offset) => dot(offset, offset)));
  return {
    weight: Float32Array.from(offsets.flatMap((offset) => offset.map((v) => v * scale))),
    bias: Float32Array.from(
      offsets.map((offset) => -scale * (dot(offset, middle) + dot(offset, offset) / 2)),
    ),
  };
}
