import { drawSample, encodeJpeg, SCENE_CLASSES, sceneFrame } from '@edgeloop/imaging';
import { initialResNet18 } from '@edgeloop/onnx';
import { imagenetWeights } from './imagenet-weights.ts';
import { readFrame } from './read-frame.ts';
import { FROM_IMAGENET, type Frame, type LabelSet, SIZE, STEPS } from './stream.ts';

/** Parts that pass, each in view for a while, with the empty belt between. */
const FRAMES = 1500;
const OF_A_PART = 30;
const HELD_OUT_OF_A_CLASS = 50;
const HELD_OUT_SEED = 500_000;
/** A defect at the edge of a part must stay in the crop. */
const cropScale = [0.8, 1] as const;

/**
 * The conveyor of `npm start`, as its camera shows it: a part after the other, most frames like the
 * one before.
 * @param data Where the ImageNet weights are; null: trained from nothing, which takes more steps to
 * learn anything.
 */
export const drawnSet = (data: string | null): LabelSet => ({
  name: 'drawn',
  classes: SCENE_CLASSES,
  size: SIZE,
  first: 30,
  each: 30,
  rounds: 4,
  ...(data === null
    ? { steps: 240, recipe: { batch: 16, learningRate: 0.03, labelSmoothing: 0.1, cropScale } }
    : { steps: STEPS, recipe: { ...FROM_IMAGENET, cropScale } }),
  frames: async (seed) => {
    const stream: Frame[] = [];
    for (let i = 0; i < FRAMES; i++) {
      const { image, label } = await sceneFrame(seed, i, 'standard');
      const bytes = await encodeJpeg(image, 90);
      const part = Math.floor(i / OF_A_PART);
      stream.push(await readFrame(bytes, SCENE_CLASSES.indexOf(label), part, `${i}.jpg`));
    }
    const heldOut: Frame[] = [];
    for (const [label, name] of SCENE_CLASSES.entries()) {
      for (let i = 0; i < HELD_OUT_OF_A_CLASS; i++) {
        const bytes = await encodeJpeg(await drawSample(HELD_OUT_SEED + i, name), 90);
        heldOut.push(await readFrame(bytes, label, -1, `${name}-${i}.jpg`));
      }
    }
    return { stream, heldOut };
  },
  weights: async (seed) =>
    data === null
      ? initialResNet18({ classes: SCENE_CLASSES.length, seed })
      : imagenetWeights(data, SCENE_CLASSES.length, seed),
});
