import { cropFrame, drawSample, SCENE_CLASSES } from '@edgeloop/imaging';
import { runOverPictures } from '@edgeloop/onnx';
import { evaluationCrop, type TensorPlan } from '@edgeloop/protocol';

/** Drawn pictures of every class in turn, `uint8[size, size, 3]`. */
export function drawnCrops(count: number, size: number): Promise<Uint8Array[]> {
  const label = (i: number) => SCENE_CLASSES[i % SCENE_CLASSES.length] ?? 'good';
  return Promise.all(
    Array.from({ length: count }, async (_, i) =>
      cropFrame(await drawSample(i, label(i)), evaluationCrop(size)),
    ),
  );
}

/** The model's outputs for each picture, by name. */
export async function runModel(
  model: Uint8Array,
  plan: TensorPlan,
  pictures: readonly Uint8Array[],
  size: number,
): Promise<Record<string, readonly number[]>[]> {
  const results = [];
  const options = { pictures, plan, size, batch: 1, threads: 1 };
  for await (const outputs of runOverPictures(model, options)) {
    const values = Object.entries(outputs).map(([name, { data }]) => [name, [...data]] as const);
    results.push(Object.fromEntries(values));
  }
  return results;
}
