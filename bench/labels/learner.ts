import {
  exportResNet18,
  type KernelPlan,
  measureKernels,
  runOverPictures,
  softmax,
  type Weights,
} from '@edgeloop/onnx';
import { floatTensorPlan } from '@edgeloop/protocol';
import { stepsPerEpoch, trainingCalls } from '../../trainer/src/augment/batches.ts';
import type { Sample } from '../../trainer/src/dataset/image-folder.ts';
import { engineOptions } from '../../trainer/src/fit/engine-options.ts';
import { onEngine } from '../../trainer/src/fit/on-engine.ts';
import { oneCycle } from '../../trainer/src/fit/one-cycle.ts';
import { completeRecipe } from '../../trainer/src/fit/recipe.ts';
import type { Frame, LabelSet } from './stream.ts';

const STEPS_A_CALL = 8;
const THREADS = 2;

/** What a model makes of a frame. */
export interface Inference {
  readonly scores: readonly number[];
  readonly embedding: Float32Array;
}

/** Trains the whole network as the trainer does, and looks at frames as the device does. */
export class Learner {
  readonly #set: LabelSet;
  readonly #kernels: KernelPlan;

  private constructor(set: LabelSet, kernels: KernelPlan) {
    this.#set = set;
    this.#kernels = kernels;
  }

  static async of(set: LabelSet): Promise<Learner> {
    const batch = set.recipe.batch as number;
    return new Learner(set, await measureKernels({ size: set.size, batch, threads: THREADS }));
  }

  /** On from `init`: a job begins from the champion. */
  train(init: Weights, samples: readonly Sample[], seed: number): Promise<Weights> {
    const { recipe: given, steps: least, classes, size } = this.#set;
    const batch = Math.min(given.batch as number, samples.length);
    const steps = stepsPerEpoch(samples.length, batch);
    const epochs = Math.ceil(least / steps);
    const recipe = completeRecipe({ ...given, size, epochs, batch, seed, threads: THREADS }, false);
    const task = {
      recipe,
      init,
      classes: classes.length,
      classWeights: null,
      pictures: samples.length,
      compute: { provider: 'cpu' as const, kernels: this.#kernels },
    };
    const { learningRate: rate, warmUp } = recipe;
    const calls = trainingCalls(
      samples,
      { epoch: 0, step: 0, until: epochs },
      {
        ...recipe,
        stepsOfCall: () => STEPS_A_CALL,
        learningRate: (at) => oneCycle(at, epochs * steps, rate, warmUp),
      },
    );
    const { signal } = new AbortController();
    return onEngine('onnx', engineOptions(task, false), signal, async (engine) => {
      for await (const { batches } of calls) await engine.train(batches);
      return engine.weights();
    });
  }

  async look(weights: Weights, frames: readonly Frame[]): Promise<Inference[]> {
    const { size, classes } = this.#set;
    const model = exportResNet18(weights, { size, classes: classes.length });
    const runs = runOverPictures(model, {
      pictures: frames.map(({ crop }) => crop),
      plan: floatTensorPlan(),
      size,
      batch: 16,
      threads: THREADS,
    });
    const seen: Inference[] = [];
    for await (const { logits, embedding } of runs) {
      const [rows = 0, width = 0] = embedding?.dims ?? [];
      for (let row = 0; row < rows; row++) {
        const of = (data: Float32Array | undefined, length: number) =>
          (data as Float32Array).slice(row * length, (row + 1) * length);
        seen.push({
          scores: softmax([...of(logits?.data, classes.length)]),
          embedding: of(embedding?.data, width),
        });
      }
    }
    return seen;
  }

  /** Mean over the classes. */
  async accuracy(weights: Weights, heldOut: readonly Frame[]): Promise<number> {
    const seen = await this.look(weights, heldOut);
    const right = seen.filter(
      ({ scores }, i) => scores.indexOf(Math.max(...scores)) === heldOut[i]?.sample.label,
    );
    return right.length / heldOut.length;
  }
}
