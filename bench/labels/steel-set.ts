import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { seededRandom } from '@edgeloop/protocol';
import { shuffled } from '../../trainer/src/augment/batches.ts';
import { imagenetWeights } from './imagenet-weights.ts';
import { readFrame } from './read-frame.ts';
import { FROM_IMAGENET, type Frame, type LabelSet, SIZE, STEPS } from './stream.ts';

const HELD_OUT_OF_A_CLASS = 50;

/**
 * Defects of hot-rolled steel, six classes, as many of each, no two pictures of one defect: the
 * hardest case for any choice, since a random one repeats nothing.
 */
export function steelSet(data: string): LabelSet {
  const folder = resolve(data, 'neu-steel');
  const classes = readdirSync(folder).sort();
  return {
    name: 'steel',
    classes,
    size: SIZE,
    first: 16,
    each: 12,
    rounds: 8,
    steps: STEPS,
    recipe: FROM_IMAGENET,
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
    weights: (seed) => imagenetWeights(data, classes.length, seed),
  };
}
