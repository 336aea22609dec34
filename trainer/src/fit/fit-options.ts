import type { Bytes, Sha256 } from '@edgeloop/protocol';
import type { FrozenDataset } from '../dataset/frozen-dataset.ts';
import type { WeightsFile } from '../weights/weights-file.ts';
import type { Recipe } from './recipe.ts';

export interface FitOptions {
  readonly folder: string;
  /** Of which the folder holds the pictures; null: sides follow from their bytes. */
  readonly frozen: FrozenDataset | null;
  readonly out: string;
  readonly force: boolean;
  /** Where the run keeps its checkpoint and what is told of it; null for `<out>.run`. */
  readonly run: string | null;
  readonly resume: boolean;
  /** Between checkpoints within an epoch; 0 for one after every step. */
  readonly checkpointSeconds: number;
  /** For pictures that are kept decoded. */
  readonly pictureMemory: Bytes;
  readonly name: string;
  readonly version: string;
  readonly recipe: Recipe;
  /** Weights to start from; null for random ones. */
  readonly init: WeightsFile | null;
  /** Where it is kept which forms of convolutions are fastest here. */
  readonly kernelFolder: string;
  /**
   * Whether the report says what more pictures would gain: from random weights by three quarters of
   * a training more.
   */
  readonly learningCurve: boolean;
}

/** The figures of a finished fit. */
export interface FitSummary {
  readonly package: Sha256;
  readonly trainAccuracy: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
  readonly int8TestAccuracy: number;
  readonly fp32Bytes: number;
  readonly int8Bytes: number;
  readonly skipped: number;
  readonly epochs: number;
  readonly imagesPerSecond: number;
  /** Share of the training's time that the engine waited for pictures. */
  readonly waitingShare: number;
  /** Of the whole run, with what was done before it was resumed. */
  readonly seconds: number;
}
