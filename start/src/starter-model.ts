import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCENE_VERSION } from '@edgeloop/imaging';
import { MANIFEST_FILE, type Manifest, parseManifest } from '@edgeloop/protocol';
import { drawLabelledSet } from './labelled-set.ts';
import type { ProcessGroup } from './process-group.ts';

/** Pictures of each class. */
const PICTURES = 280;
/** Found by trial: see the scene's difficulty in test/imaging/scene.test.ts. */
const FIT = [
  ...['--size', '64', '--epochs', '6', '--batch', '32', '--seed', '1'],
  ...['--learning-rate', '0.03', '--label-smoothing', '0.1', '--crop-scale', '0.8,1'],
  '--no-learning-curve',
];

/** What a training of the demonstration needs. */
export interface TrainingParts {
  /** Folder of the demonstration. */
  readonly data: string;
  readonly group: ProcessGroup;
  readonly say: (text: string) => void;
  /** Processor cores; undefined: all. */
  readonly threads: number | undefined;
}

/** Of the trainer. */
export const threadsOption = (threads: number | undefined) =>
  threads === undefined ? [] : ['--threads', String(threads)];

export interface StarterModel {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The starter model: from the cache, or drawn, trained and kept there for the next start. */
export async function starterModel({
  data,
  group,
  say,
  threads,
}: TrainingParts): Promise<StarterModel> {
  const recipe = JSON.stringify([SCENE_VERSION, PICTURES, FIT]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const folder = join(data, 'models', `starter-${key}`);
  if (!existsSync(join(folder, MANIFEST_FILE))) {
    const pictures = join(data, `labelled-${key}`);
    await drawLabelledSet(pictures, PICTURES, say);
    say('Training the starter model, once: a ResNet18, then quantized to INT8.');
    const args = [
      'fit',
      pictures,
      '--out',
      folder,
      '--name',
      'starter',
      '--force',
      '--resume',
      '--json',
      // A start that is interrupted loses no more.
      ...['--checkpoint-seconds', '10'],
      ...FIT,
      ...threadsOption(threads),
    ];
    await group.run('the trainer', 'trainer', args, 'inherit');
  }
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  return { folder, manifest: parseManifest(text) };
}
