import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds, type TensorPlan } from '@edgeloop/protocol';
import type { InferenceResult } from './inference-messages.ts';
import { InferenceProcess } from './inference-process.ts';

export interface PictureRuns {
  /** Each `uint8[size, size, 3]`. */
  readonly pictures: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly size: number;
  readonly plan: TensorPlan;
  readonly batch: number;
}

export interface RunnerOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs models over pictures, one model after another, in one process that it starts with the first.
 */
export class PictureRunner {
  readonly #options: RunnerOptions;
  #folder: string | null = null;
  #session: InferenceProcess | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /**
   * The model's outputs, some pictures at a time, in order. To its end, or given up, before the
   * next.
   */
  async *over(
    model: Uint8Array,
    { pictures, size, plan, batch }: PictureRuns,
  ): AsyncGenerator<InferenceResult['outputs']> {
    const session = await this.#load(model);
    const run = async (some: readonly Uint8Array[]) => {
      this.#options.signal?.throwIfAborted();
      return (await session.run({ crops: some, size, plan })).outputs;
    };
    let some: Uint8Array[] = [];
    for await (const picture of pictures) {
      some.push(picture);
      if (some.length < batch) continue;
      yield await run(some);
      some = [];
    }
    if (some.length > 0) yield await run(some);
  }

  async close(): Promise<void> {
    await this.#session?.close();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  async #load(model: Uint8Array): Promise<InferenceProcess> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'edgeloop-pictures-'));
    const modelPath = join(this.#folder, 'model.onnx');
    await writeFile(modelPath, model);
    if (this.#session) {
      await this.#session.load(modelPath);
      return this.#session;
    }
    const { threads } = this.#options;
    this.#session = new InferenceProcess({ modelPath, threads, deadline: seconds(300) });
    await this.#session.start();
    return this.#session;
  }
}
