import { EMBEDDING } from '../architecture/resnet18.ts';
import { type FloatTensor, requireTensor, type Weights } from '../architecture/weights.ts';
import { linear } from '../operators/linear.ts';
import { DataType } from '../protobuf/model.ts';
import type { TrainingNetwork } from './network.ts';

/** The last layer alone, over embeddings that were made once: a linear probe. */
export function headNetwork(weights: Weights, batch: number): TrainingNetwork {
  const [weight, bias] = [requireTensor(weights, 'fc.weight'), requireTensor(weights, 'fc.bias')];
  return {
    parameters: [
      { name: 'fc.weight', dims: weight.dims, initial: weight.data, kind: 'weight' },
      { name: 'fc.bias', dims: bias.dims, initial: bias.data, kind: 'bias or norm' },
    ],
    examples: { dataType: DataType.FLOAT, dims: [batch, EMBEDDING] },
    forward: (training, examples, parameter) => ({
      logits: linear(training, examples, parameter('fc.weight'), parameter('fc.bias')),
      statistics: new Map(),
    }),
  };
}

/**
 * What a last layer that stays as it is, is changed by: `fc.weight` and `fc.bias` begin at zero,
 * are added to those of the weights, and decay pulls both back to none. L2-SP of Li, Grandvalet and
 * Davoine, ICML 2018.
 */
export function headChangeNetwork(weights: Weights, batch: number): TrainingNetwork {
  const [weight, bias] = [requireTensor(weights, 'fc.weight'), requireTensor(weights, 'fc.bias')];
  const change = ({ dims, data }: FloatTensor) =>
    ({ dims, initial: new Float32Array(data.length), kind: 'weight' }) as const;
  return {
    parameters: [
      { name: 'fc.weight', ...change(weight) },
      { name: 'fc.bias', ...change(bias) },
      { name: 'kept.weight', dims: weight.dims, initial: weight.data, kind: 'frozen' },
      { name: 'kept.bias', dims: bias.dims, initial: bias.data, kind: 'frozen' },
    ],
    examples: { dataType: DataType.FLOAT, dims: [batch, EMBEDDING] },
    forward: (training, examples, parameter) => {
      const layer = (of: string) =>
        linear(training, examples, parameter(`${of}.weight`), parameter(`${of}.bias`));
      const [learnt, kept] = [layer('fc'), layer('kept')];
      const logits = training.graph.add(learnt, kept);
      training.tape.record(logits, [learnt], (dy) => {
        training.tape.accumulate(learnt, () => dy);
      });
      return { logits, statistics: new Map() };
    },
  };
}
