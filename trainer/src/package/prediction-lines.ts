import type { Sample } from '../dataset/image-folder.ts';
import type { Prediction } from '../evaluate/metrics.ts';

type ScoredPrediction = Pick<Prediction, 'predicted' | 'scores'>;

/**
 * `predictions.jsonl`: what each form of the model made of each sample, one JSON object a line.
 * @param names of the dataset's classes, which `label` of a sample is of
 * @param classes of the model
 */
export function predictionLines(
  samples: readonly Pick<Sample, 'file' | 'sha256' | 'label'>[],
  names: readonly string[],
  classes: readonly string[],
  forms: Readonly<Record<string, readonly ScoredPrediction[]>>,
): string {
  const one = (prediction: ScoredPrediction | undefined) => ({
    label: classes[prediction?.predicted ?? -1],
    scores: prediction?.scores.map((score) => Number(score.toFixed(6))),
  });
  const lines = samples.map(({ file, sha256, label }, i) => {
    const each = Object.entries(forms).map(([form, predictions]) => [form, one(predictions[i])]);
    return JSON.stringify({ file, sha256, label: names[label], ...Object.fromEntries(each) });
  });
  return `${lines.join('\n')}\n`;
}
