import type { Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import type { BatchStatistics } from '../operators/batch-norm.ts';

/** A tensor of the network, in the layout of the training graph, under torchvision's name. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly initial: Float32Array;
  /**
   * Running averages follow the statistics of the batches, `frozen` ones nothing, the others their
   * gradient. Weight decay is on `weight` alone.
   */
  readonly kind: 'weight' | 'bias or norm' | 'running average' | 'frozen';
  /** Rows of the gradient that are kept, for the first layer. */
  readonly mask?: Float32Array;
}

/** What a step trains: its parameters in a fixed order, and its forward pass over one batch. */
export interface TrainingNetwork {
  readonly parameters: readonly Parameter[];
  /** One batch of examples, as a graph's input. */
  readonly examples: { readonly dataType: number; readonly dims: readonly number[] };
  /** @param parameter Where the graph finds a parameter, by name. */
  forward(
    training: TrainingGraph,
    examples: Value,
    parameter: (name: string) => Value,
  ): { logits: Value; statistics: ReadonlyMap<string, BatchStatistics> };
}
