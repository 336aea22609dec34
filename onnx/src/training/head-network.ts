import { EMBEDDING } from '../architecture/resnet18.ts';
import { requireTensor, type Weights } from '../architecture/weights.ts';
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
