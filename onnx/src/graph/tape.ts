import { OnnxError } from '../errors.ts';
import type { Provider } from '../session/provider.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';

/**
 * Reverse-mode differentiation: operators record how to pass the gradient of their output on to
 * their inputs, and `backward` plays that back, last first. Gradients of a value that is used more
 * than once add up. What does not lead to a wanted value is never computed: frozen layers cost no
 * backward pass.
 */
export class Tape {
  readonly #graph: GraphBuilder;
  readonly #records: {
    outputs: readonly Value[];
    backward: (gradients: readonly Value[]) => void;
  }[] = [];
  readonly #gradients = new Map<string, Value>();
  readonly #wanted = new Set<string>();

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  /** Asks for the gradient of a value. */
  want(value: Value): void {
    this.#wanted.add(value.name);
  }

  wants(value: Value): boolean {
    return this.#wanted.has(value.name);
  }

  /** `backward` gets the gradient of `output` and calls `accumulate` for each of `inputs`. */
  record(output: Value, inputs: readonly Value[], backward: (gradient: Value) => void): void {
    this.recordAll([output], inputs, ([gradient]) => backward(gradient as Value));
  }

  /** The same for an operator with several outputs, of which all or none have a gradient. */
  recordAll(
    outputs: readonly Value[],
    inputs: readonly Value[],
    backward: (gradients: readonly Value[]) => void,
  ): void {
    if (!inputs.some((input) => this.wants(input))) return;
    for (const output of outputs) this.want(output);
    this.#records.push({ outputs, backward });
  }

  /** @param make The gradient's nodes: called only where someone wants them. */
  accumulate(value: Value, make: () => Value): void {
    if (!this.wants(value)) return;
    const sofar = this.#gradients.get(value.name);
    const gradient = make();
    this.#gradients.set(value.name, sofar ? this.#graph.add(sofar, gradient) : gradient);
  }

  /** Plays back everything recorded. What nothing depends on is left out. */
  backward(): void {
    for (const { outputs, backward } of this.#records.toReversed()) {
      const gradients = outputs.map(({ name }) => this.#gradients.get(name));
      if (gradients.every((gradient) => gradient !== undefined)) backward(gradients);
    }
  }

  /** @throws OnnxError `GRAPH_INVALID` where no gradient reached `value`. */
  gradient(value: Value): Value {
    const gradient = this.#gradients.get(value.name);
    if (!gradient) {
      throw new OnnxError(
        'GRAPH_INVALID',
        `Expected a gradient for ${value.name}, received none: nothing that was differentiated depends on it.`,
      );
    }
    return gradient;
  }
}

/** What an operator of the training graph writes to: the nodes, and how to differentiate them. */
export interface TrainingGraph {
  readonly graph: GraphBuilder;
  readonly tape: Tape;
  /** What will run it: some providers lack an operator that is the fastest elsewhere. */
  readonly provider: Provider;
  /** Of the CPU, for each operator. */
  readonly threads: number;
}

/**
 * Activations, channels last, in parts of so many pictures each: every part is `float32[pictures ·
 * side², channels]`, row-major over pictures, rows, columns, so that every convolution is a product
 * of two matrices. Operators work on one part after another, small enough to stay in the
 * processor's cache until the next operator reads it.
 */
export interface Feature {
  readonly parts: readonly Value[];
  /** Of each part. */
  readonly pictures: number;
  readonly side: number;
  readonly channels: number;
}

/** A feature whose every part comes from a part of `x` by an operator of its own. */
export function mapParts(x: Feature, operator: (part: Value, index: number) => Value): Feature {
  return { ...x, parts: x.parts.map(operator) };
}
