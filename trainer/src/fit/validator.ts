import { exportResNet18, type Weights } from '@edgeloop/onnx';
import { type CropPlan, floatTensorPlan } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import { negativeLogLikelihood } from '../evaluate/calibration.ts';
import { CroppedSamples } from '../evaluate/cropped-samples.ts';
import { predict } from '../evaluate/evaluate.ts';
import { summarize } from '../evaluate/metrics.ts';
import type { Sessions } from './sessions.ts';
import type { Validation } from './training-progress.ts';

/** Tries weights on the validation side: as the packaged model would be, in FP32. */
export function validator(
  sessions: Sessions,
  samples: readonly Sample[],
  classes: readonly string[],
  crop: CropPlan,
): (weights: Weights) => Promise<Validation> {
  const cropped = new CroppedSamples(samples, crop);
  return (weights) => {
    const bytes = exportResNet18(weights, { size: crop.crop, classes: classes.length });
    return sessions.during('validation', bytes, async (session) => {
      const predictions = await predict(session, cropped, floatTensorPlan());
      const { accuracy } = summarize(predictions, classes);
      return { accuracy, loss: negativeLogLikelihood(predictions) };
    });
  };
}
