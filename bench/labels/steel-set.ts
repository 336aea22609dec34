import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { adoptResNet18 } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import { shuffled } from '../../trainer/src/augment/batches.ts';
import { readWeights } from '../../trainer/src/weights/weights-file.ts';
import { readFrame } from './read-frame.ts';
import { type Frame, type LabelSet, SIZE } from './stream.ts';

const HELD_OUT_OF_A_CLASS = 50;

/**
 * Defects of hot-rolled steel, six classes, as many of each, no two pictures of one defect: the hardest case for any choice, since
 * a random one repeats nothing. From ImageNet weights, as `fit` advises it where their last stage is missing.
 */
export function steelSet(data: string): LabelSet {
  const folder = resolve(data, 'neu-steel');
  const classes = readdirSync(folder).sort();
  return {
    ...{ name: 'steel', classes, size: SIZE, first: 16, each: 12, rounds: 4 },
    recipe: { batch: 16, learningRate: 0.05, frozenStages: 4 },
    frames: async (seed) => {
      const random = seededRandom(seed);
      const stream: Frame[] = [];
      const heldOut: Frame[] = [];
      for (const [label, name] of classes.entries()) {
        const files = shuffled(readdirSync(join(folder, name)).sort(), random);
        for (const [i, file] of files.entries()) {
          const side = i < HELD_OUT_OF_A_CLASS ? heldOut : stream;
          const bytes = await readFile(join(folder, name, file));
          // Each a burst of its own.
          side.push(await readFrame(bytes, label, 1000 * label + i, `${name}/${file}`));
        }
      }
      return { stream: shuffled(stream, random), heldOut };
    },
    weights: async (seed) => {
      const file = 'weights/resnet18-imagenet-without-layer4.safetensors';
      const { tensors } = await readWeights({ path: resolve(data, file), sha256: null });
      return adoptResNet18(tensors, { classes: classes.length, seed }).weights;
    },
  };
}
