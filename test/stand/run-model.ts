import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cropFrame, drawSample, SCENE_CLASSES } from '@edgeloop/imaging';
import { InferenceProcess } from '@edgeloop/onnx';
import {
  allocateTensor,
  evaluationCrop,
  IMAGENET_MEAN,
  IMAGENET_STD,
  seconds,
  type TensorPlan,
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';

/** What FP32 models take. */
export const FLOAT_PLAN: TensorPlan = {
  type: 'float32',
  layout: 'NCHW',
  mean: [...IMAGENET_MEAN],
  std: [...IMAGENET_STD],
};

/** Drawn pictures of every class in turn, `uint8[size, size, 3]`. */
export function drawnCrops(count: number, size: number): Promise<Uint8Array[]> {
  const label = (i: number) => SCENE_CLASSES[i % SCENE_CLASSES.length] ?? 'good';
  return Promise.all(
    Array.from({ length: count }, async (_, i) =>
      cropFrame(await drawSample(i, label(i)), evaluationCrop(size)),
    ),
  );
}

function tensor(plan: TensorPlan, crop: Uint8Array, size: number) {
  const data = allocateTensor(plan, size, 1);
  writeTensor(plan, size, crop, data, 0);
  return { data, dims: tensorShape(plan, size, 1) };
}

/** The model's outputs for each picture, by name. */
export async function runModel(
  model: Uint8Array,
  plan: TensorPlan,
  crops: readonly Uint8Array[],
  size: number,
): Promise<Record<string, readonly number[]>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-model-'));
  const modelPath = join(folder, 'model.onnx');
  await writeFile(modelPath, model);
  const session = new InferenceProcess({ modelPath, threads: 2, deadline: seconds(30) });
  try {
    await session.start();
    const results = [];
    for (const crop of crops) {
      const { outputs } = await session.run(tensor(plan, crop, size));
      const values = Object.entries(outputs).map(([name, { data }]) => [name, [...data]] as const);
      results.push(Object.fromEntries(values));
    }
    return results;
  } finally {
    await session.close();
    await rm(folder, { recursive: true });
  }
}
