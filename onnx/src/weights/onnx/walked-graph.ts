import { OnnxError } from '../../errors.ts';
import type { AttributeProto, GraphProto, NodeProto, TensorProto } from '../../protobuf/model.ts';

/** These give what they are given, as far as weights go. */
const PASSES_ON = new Set(['Identity', 'Dropout', 'Cast']);

/** A graph that is followed from its input on, by what each tensor feeds. */
export class WalkedGraph {
  readonly inputName: string;
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #sources = new Map<string, string>();
  readonly #consumers = new Map<string, NodeProto[]>();

  /** @throws OnnxError `WEIGHTS_INVALID` for quantized weights, and for more than one input. */
  constructor(graph: GraphProto) {
    const nodes = graph.node ?? [];
    if (nodes.some(({ opType }) => /^(De)?[Qq]uantizeLinear$|^QLinear/.test(opType ?? ''))) {
      throw invalid(
        'weights in float',
        'a quantized model. Start from the FP32 model it was made of',
      );
    }
    this.#initializers = new Map([
      ...(graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor] as const),
      ...nodes.flatMap((node) => {
        const value = node.opType === 'Constant' && attribute(node, 'value')?.t;
        return value ? [[node.output?.[0] ?? '', value] as const] : [];
      }),
    ]);
    for (const node of nodes) {
      if (PASSES_ON.has(node.opType ?? '')) {
        this.#sources.set(node.output?.[0] ?? '', node.input?.[0] ?? '');
      }
    }
    for (const node of nodes) {
      if (PASSES_ON.has(node.opType ?? '')) continue;
      for (const input of new Set(node.input?.map((name) => this.#source(name)))) {
        const others = this.#consumers.get(input);
        if (others) others.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
    const inputs = (graph.input ?? []).filter(({ name }) => !this.#initializers.has(name ?? ''));
    if (inputs.length !== 1) throw invalid('one input', `${inputs.length}`);
    this.inputName = inputs[0]?.name ?? '';
  }

  /** The nodes of a kind that a tensor feeds. */
  consumers(tensor: string, opType: string): readonly NodeProto[] {
    return this.all(tensor).filter((node) => node.opType === opType);
  }

  all(tensor: string): readonly NodeProto[] {
    return this.#consumers.get(this.#source(tensor)) ?? [];
  }

  /** The constant that a node takes as an input, if it takes one. */
  constant(node: NodeProto, input: number): TensorProto | undefined {
    const name = node.input?.[input];
    return name ? this.#initializers.get(this.#source(name)) : undefined;
  }

  /** Whether a node takes the tensor as an input. */
  takes(node: NodeProto, input: number, tensor: string): boolean {
    return this.#source(node.input?.[input] ?? '') === this.#source(tensor);
  }

  #source(tensor: string): string {
    const passed: string[] = [];
    let name = tensor;
    // A graph that is no graph may go round.
    while (passed.length <= this.#sources.size) {
      const source = this.#sources.get(name);
      if (source === undefined) {
        // A chain is followed once, however many take its end.
        for (const earlier of passed) this.#sources.set(earlier, name);
        return name;
      }
      passed.push(name);
      name = source;
    }
    throw invalid('a graph without circles', 'one');
  }
}

export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute?.find((candidate) => candidate.name === name);
}

/** Names in both come from the file. */
const SHOWN = 300;

export function invalid(expected: string, received: string): OnnxError {
  return new OnnxError(
    'WEIGHTS_INVALID',
    `Expected the graph of a ResNet18 with ${expected.slice(0, SHOWN)}, received ${received.slice(0, SHOWN)}.`,
  );
}
