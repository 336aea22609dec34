import type { Weights } from '@edgeloop/onnx';
import type { Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import { fitLearningCurve, type LearningCurve } from '../evaluate/learning-curve.ts';
import { runLearningTrials } from '../evaluate/learning-trials.ts';
import { linearProbe } from '../evaluate/linear-probe.ts';
import { embed, type StartOptions } from './starting-weights.ts';

/**
 * The learning curve of linear probes on the features that training starts with. Honest, since
 * those never saw a label of this data set; seconds, since each picture goes through the network
 * once.
 */
export async function learningOfFeatures(
  start: Weights,
  { train, test }: Split<Sample>,
  options: StartOptions,
): Promise<LearningCurve> {
  options.report({
    kind: 'phase',
    text: 'Learning curve: probes on growing parts of the pictures',
  });
  const features = await embed(start, train, options);
  const tested = {
    embeddings: await embed(start, test, options),
    labels: test.map(({ label }) => label),
  };
  const samples = train.map(({ label }, i) => ({ label, embedding: features[i] as Float32Array }));
  const points = await runLearningTrials(
    samples,
    (part) => {
      const embeddings = part.map(({ embedding }) => embedding);
      const labels = part.map(({ label }) => label);
      return linearProbe({ embeddings, labels }, tested, options.classes, options.signal);
    },
    options.signal,
  );
  return fitLearningCurve(points, test.length, 'probe');
}
