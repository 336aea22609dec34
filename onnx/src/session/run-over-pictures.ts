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
  readonly pictures: readonly Uint8Array[];
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
    for (let i = 0; i < pictures.length; i += batch) {
      signal?.throwIfAborted();
      const some = pictures.slice(i, i + batch);
      const data = allocateTensor(plan, size, some.length);
      for (const [row, picture] of some.entries()) writeTensor(plan, size, picture, data, row);
      yield (await session.run({ data, dims: tensorShape(plan, size, some.length) })).outputs;
    }
  } finally {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  }
}
