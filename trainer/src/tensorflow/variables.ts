import { type FloatTensor, requireTensor, type TrainingOptions } from '@edgeloop/onnx';
import type { Variable } from '@tensorflow/tfjs-core';
import { fromTorchLayout } from './filter-layout.ts';
import { isLearned, type Parameter, parametersOf } from './parameters.ts';
import type { TensorFlow } from './tensorflow.ts';

export const optimizerStateOf = (state: string, name: string) => `${state} ${name}`;
export const averageOf = (name: string) => `average ${name}`;

/**
 * All that a step reads and changes, by name: parameters, what the optimizer remembers of them,
 * averages over steps.
 */
export class Variables {
  readonly #byName = new Map<string, Variable>();
  readonly parameters: readonly Parameter[];

  constructor(tf: TensorFlow, options: TrainingOptions) {
    this.parameters = parametersOf(options);
    const add = (name: string, initial: FloatTensor) => {
      const value = tf.tidy(() => tf.variable(fromTorchLayout(tf, initial), true, name));
      this.#byName.set(name, value);
    };
    for (const parameter of this.parameters) {
      const { name, kind } = parameter;
      const initial = requireTensor(options.init, name);
      add(name, initial);
      if (isLearned(parameter)) {
        for (const state of OPTIMIZER_STATE[options.optimizer.kind]) {
          const zeros = new Float32Array(initial.data.length);
          add(optimizerStateOf(state, name), { dims: initial.dims, data: zeros });
        }
      }
      if (options.averaging !== null && kind !== 'frozen') add(averageOf(name), initial);
    }
  }

  /** @throws RangeError Variables are whole when they are made. */
  get(name: string): Variable {
    const found = this.#byName.get(name);
    if (!found) throw new RangeError(`the training step lacks ${name}`);
    return found;
  }

  get learned(): Variable[] {
    return this.parameters.filter(isLearned).map(({ name }) => this.get(name));
  }

  [Symbol.iterator](): IterableIterator<[string, Variable]> {
    return this.#byName.entries();
  }
}

/** What each optimizer remembers of a parameter. */
const OPTIMIZER_STATE = { sgd: ['velocity'], adamw: ['mean', 'square'] } as const;
