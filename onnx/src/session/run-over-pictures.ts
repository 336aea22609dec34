import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allocateTensor,
  seconds,
  type TensorPlan,
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';
import type { InferenceResult } from './inference-messages.ts';
import { InferenceProcess } from './inference-process.ts';

export interface PictureRuns {
  /** Each `uint8[size, size, 3]`. */
  readonly pictures: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly size: number;
  readonly plan: TensorPlan;
  readonly batch: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a model over pictures in a process of its own, some at a time, in order. */
export async function* runOverPictures(
  model: Uint8Array,
  { pictures, size, plan, batch, threads, signal }: PictureRuns,
): AsyncGenerator<InferenceResult['outputs']> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-pictures-'));
  const modelPath = join(folder, 'model.onnx');
  const session = new InferenceProcess({ modelPath, threads, deadline: seconds(300) });
  try {
    await writeFile(modelPath, model);
    await session.start();
    const run = async (some: readonly Uint8Array[]) => {
      signal?.throwIfAborted();
      const data = allocateTensor(plan, size, some.length);
      for (const [row, picture] of some.entries()) writeTensor(plan, size, picture, data, row);
      return (await session.run({ data, dims: tensorShape(plan, size, some.length) })).outputs;
    };
    let some: Uint8Array[] = [];
    for await (const picture of pictures) {
      some.push(picture);
      if (some.length < batch) continue;
      yield await run(some);
      some = [];
    }
    if (some.length > 0) yield await run(some);
  } finally {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  }
}
