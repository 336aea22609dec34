import type { Weights } from '@edgeloop/onnx';
import type { Sample } from '../../trainer/src/dataset/image-folder.ts';
import type { Recipe } from '../../trainer/src/fit/recipe.ts';

/**
 * What one camera shows, in order, and what is known of it alone to whoever is asked for a label.
 */
export interface Frame {
  /** For training. */
  readonly sample: Sample;
  /** As the device sees it: `uint8[size, size, 3]`. */
  readonly crop: Uint8Array;
  /** Frames of one show the same thing. */
  readonly burst: number;
}

/** A set of pictures on which ways to choose labels are compared. */
export interface LabelSet {
  readonly name: string;
  readonly classes: readonly string[];
  readonly size: number;
  /** The labels that both begin with, and how many come with each round. */
  readonly first: number;
  readonly each: number;
  readonly rounds: number;
  readonly recipe: Partial<Recipe>;
  /** Of each training, however many labels there are: who has more does not learn longer. */
  readonly steps: number;
  /** @returns what the camera shows, and what is held out, the same number of each class. */
  readonly frames: (seed: number) => Promise<{ stream: Frame[]; heldOut: Frame[] }>;
  /** What the first training begins with. */
  readonly weights: (seed: number) => Promise<Weights>;
}

export const SIZE = 64;

export const STEPS = 48;
/** From ImageNet weights, as `fit` advises it where their last stage is missing. */
export const FROM_IMAGENET = { batch: 16, learningRate: 0.05, frozenStages: 4 } as const;
