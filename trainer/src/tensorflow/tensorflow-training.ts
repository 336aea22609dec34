import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import {
  decodeSafetensors,
  type LoadedTraining,
  OnnxError,
  type StepResults,
  saveSafetensors,
  type TrainingBatches,
  type TrainingOptions,
  type Weights,
} from '@edgeloop/onnx';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { batchGradients } from './batch-gradients.ts';
import { fromTorchLayout, toTorchLayout } from './filter-layout.ts';
import { type LoadedTensorFlow, loadTensorFlow } from './load-tensorflow.ts';
import type { TensorFlow } from './tensorflow.ts';
import { update } from './update.ts';
import { averageOf, Variables } from './variables.ts';

/**
 * The training step on TensorFlow.js: blocks its thread while it runs, which is why the engine
 * keeps it in a child process.
 */
export class TensorFlowTraining implements LoadedTraining {
  readonly runtime: string;
  readonly #tf: TensorFlow;
  readonly #options: TrainingOptions;
  readonly #variables: Variables;
  #stepsDone = 0;

  private constructor({ tf, runtime }: LoadedTensorFlow, options: TrainingOptions) {
    this.#tf = tf;
    this.runtime = runtime;
    this.#options = options;
    this.#variables = new Variables(tf, options);
  }

  static async load(options: TrainingOptions): Promise<TensorFlowTraining> {
    return new TensorFlowTraining(await loadTensorFlow(), options);
  }

  async train(batches: TrainingBatches): Promise<StepResults> {
    const steps = batches.learningRates.length;
    const losses = new Float32Array(steps);
    const correct = new Int32Array(steps);
    for (let step = 0; step < steps; step++) {
      const result = this.#tf.tidy(() => this.#step(batches, step));
      losses[step] = result.loss;
      correct[step] = result.correct;
      this.#stepsDone += 1;
      // Lets the child see that its parent is gone.
      await setImmediate();
    }
    return { losses, correct };
  }

  /** @param step Among those of `batches`. */
  #step({ examples, labels, learningRates }: TrainingBatches, step: number) {
    const { accumulation, batch } = this.#options;
    const each = (examples.length / labels.length) * batch;
    let gradients: NamedTensorMap = {};
    let [loss, correct] = [0, 0];
    for (let i = step * accumulation; i < (step + 1) * accumulation; i++) {
      const result = this.#tf.tidy(() => {
        const part = examples.subarray(i * each, (i + 1) * each);
        const truth = labels.subarray(i * batch, (i + 1) * batch);
        const fresh = batchGradients(this.#tf, this.#options, this.#variables, part, truth);
        const sum = accumulation === 1 ? fresh.gradients : this.#sum(gradients, fresh.gradients);
        return { ...fresh, gradients: sum };
      });
      gradients = result.gradients;
      loss += result.loss / accumulation;
      correct += result.correct;
    }
    const rates = { learningRate: learningRates[step] as number, step: this.#stepsDone + 1 };
    update(this.#tf, this.#options, this.#variables, gradients, rates);
    return { loss, correct };
  }

  /** Gradients of a step so far, and the share of a further batch. */
  #sum(soFar: NamedTensorMap, fresh: NamedTensorMap): NamedTensorMap {
    const shares = Object.entries(fresh).map(([name, gradient]) => {
      const share = this.#tf.div(gradient, this.#options.accumulation);
      const others = soFar[name];
      return [name, others ? this.#tf.add(others, share) : share] as const;
    });
    return Object.fromEntries(shares);
  }

  async weights(): Promise<Weights> {
    const averaged = this.#options.averaging !== null;
    return new Map(
      this.#variables.parameters.map(({ name, kind }) => {
        const variable = this.#variables.get(
          averaged && kind !== 'frozen' ? averageOf(name) : name,
        );
        return [name, toTorchLayout(this.#tf, variable)];
      }),
    );
  }

  /**
   * Whole or not at all. Tensors are in torchvision's layouts: a file of the engine on ONNX Runtime
   * is another.
   */
  async save(path: string, notes: Readonly<Record<string, string>>): Promise<void> {
    const metadata = { ...notes, [STEPS_DONE]: `${this.#stepsDone}` };
    const tensors = new Map(
      [...this.#variables].map(([name, variable]) => [name, toTorchLayout(this.#tf, variable)]),
    );
    await saveSafetensors(path, { tensors, metadata });
  }

  /**
   * Takes what is there by name: optimizer state that another optimizer left, or that is new,
   * begins with its initial value.
   */
  async restore(path: string): Promise<number> {
    const { tensors, metadata } = decodeSafetensors(await readFile(path));
    for (const [name, variable] of this.#variables) {
      const saved = tensors.get(name);
      if (!saved) continue;
      const expected = toTorchLayout(this.#tf, variable).dims;
      if (saved.dims.join() !== expected.join()) {
        throw new OnnxError(
          'WEIGHTS_INVALID',
          `Expected ${name} of shape ${expected.join('×')} in ${path}, received ${saved.dims.join('×')}. Was it saved by another engine?`,
        );
      }
      this.#tf.tidy(() => variable.assign(fromTorchLayout(this.#tf, saved)));
    }
    this.#stepsDone = Number(metadata[STEPS_DONE] ?? 0);
    return this.#stepsDone;
  }
}

const STEPS_DONE = 'stepsDone';
