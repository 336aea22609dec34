import { GraphBuilder, model, valueInfo } from '../graph/graph-builder.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { InferenceSession, type Tensor } from '../runtime/runtime.ts';
import type { StateTensor } from './training-state.ts';

/**
 * Copies carried tensors out of the GPU's buffers. The runtime's own download is not implemented:
 * `getData()` ends the process (onnxruntime-node 1.30). So it is a model that gives back what it
 * gets.
 */
export class ReadBack {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async load(layout: readonly Pick<StateTensor, 'name' | 'dims'>[]): Promise<ReadBack> {
    const graph = new GraphBuilder();
    for (const { name } of layout) graph.node('Identity', [{ name, shape: [] }], [outputOf(name)]);
    const floats = (named: (name: string) => string) =>
      layout.map(({ name, dims }) => valueInfo(named(name), DataType.FLOAT, dims));
    const bytes = encodeModel(
      model(
        graph.graph(
          'read back',
          floats((name) => name),
          floats(outputOf),
        ),
      ),
    );
    return new ReadBack(
      await InferenceSession.create(bytes, { executionProviders: ['webgpu', 'cpu'] }),
    );
  }

  async read(tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
    const results = await this.#session.run(Object.fromEntries(tensors));
    return new Map([...tensors.keys()].map((name) => [name, results[outputOf(name)] as Tensor]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

const outputOf = (name: string) => `read ${name}`;
