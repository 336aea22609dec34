import { type InferenceProcess, softmax } from '@edgeloop/onnx';
import type { TensorPlan } from '@edgeloop/protocol';
import type { CroppedSamples } from './cropped-samples.ts';
import type { Prediction } from './metrics.ts';

export type JudgedPrediction = Prediction & { readonly logits: readonly number[] };

/** The model's prediction for each sample, in order. */
export async function predict(
  session: InferenceProcess,
  cropped: CroppedSamples,
  tensorPlan: TensorPlan,
): Promise<JudgedPrediction[]> {
  const predictions: JudgedPrediction[] = [];
  for await (const crops of cropped.batches()) {
    for (const logits of await logitsOf(session, crops, cropped.plan.crop, tensorPlan)) {
      const label = cropped.samples[predictions.length]?.label ?? 0;
      const predicted = logits.indexOf(Math.max(...logits));
      predictions.push({ label, predicted, scores: softmax(logits), logits });
    }
  }
  return predictions;
}

/** What the model makes of some crops at once. */
export async function logitsOf(
  session: InferenceProcess,
  crops: readonly Uint8Array[],
  side: number,
  tensorPlan: TensorPlan,
): Promise<number[][]> {
  const { outputs } = await session.run({ crops, size: side, plan: tensorPlan });
  const all = outputs.logits?.data ?? new Float32Array();
  const classes = all.length / crops.length;
  return crops.map((_, row) => [...all.subarray(row * classes, (row + 1) * classes)]);
}
