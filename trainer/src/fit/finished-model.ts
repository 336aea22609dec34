import { readFile } from 'node:fs/promises';
import { quantize } from '@edgeloop/onnx';
import {
  type CropPlan,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type TensorPlan,
} from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import { calibrate } from '../evaluate/calibration.ts';
import { CroppedSamples } from '../evaluate/cropped-samples.ts';
import { logitsOf, predict } from '../evaluate/evaluate.ts';
import { measureLatency } from '../evaluate/latency.ts';
import { summarize } from '../evaluate/metrics.ts';
import { predictionLines } from '../package/prediction-lines.ts';
import type { VariantContent } from '../package/write-package.ts';
import type { Form } from '../report/run-record.ts';
import type { Report } from './progress.ts';
import type { Recipe } from './recipe.ts';
import type { Sessions } from './sessions.ts';
import { accuracySamples, calibrationSamples } from './some-of-training.ts';

interface FinishOptions {
  readonly sessions: Sessions;
  readonly classes: readonly string[];
  readonly crop: CropPlan;
  readonly recipe: Recipe;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const GOLDEN_CASES = 4;

export type FinishedModel = Awaited<ReturnType<typeof finishedModel>>;

/** What a trained model becomes: INT8 beside FP32, both evaluated on every side of the split. */
export async function finishedModel(
  fp32: Uint8Array,
  split: Split<Sample>,
  { sessions, classes, crop, recipe, report, signal }: FinishOptions,
) {
  report({ kind: 'phase', text: 'Quantizing to INT8' });
  const plan = floatTensorPlan();
  const calibration: Uint8Array[] = [];
  const some = new CroppedSamples(calibrationSamples(split.train), crop);
  for await (const crops of some.batches()) calibration.push(...crops);
  const int8 = await quantize(fp32, calibration, {
    size: recipe.size,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: recipe.threads,
    signal,
  });

  report({ kind: 'phase', text: `Evaluating on ${split.test.length} pictures kept aside` });
  const float32 = await variant(sessions, 'float32', fp32, plan, crop.crop);
  const quantized = await variant(sessions, 'int8', int8.model, int8.tensorPlan, crop.crop);
  const test = new CroppedSamples(split.test, crop);
  const onFloat = (samples: CroppedSamples) => predict(float32.session, samples, plan);
  const tested = {
    float32: await onFloat(test),
    int8: await predict(quantized.session, test, int8.tensorPlan),
  };
  const accuracyOn = async (samples: readonly Sample[]) =>
    summarize(await onFloat(new CroppedSamples(samples, crop)), classes).accuracy;
  const trainAccuracy = await accuracyOn(accuracySamples(split.train));
  const validation = new CroppedSamples(split.validation, crop);
  const validated = {
    float32: await onFloat(validation),
    int8: await predict(quantized.session, validation, int8.tensorPlan),
  };
  const validationAccuracy = summarize(validated.float32, classes).accuracy;
  const models = {
    int8: { ...quantized.content, session: quantized.session },
    float32: { ...float32.content, session: float32.session },
  };
  report({ kind: 'phase', text: 'Measuring latency' });
  const latency = await measureLatency(models, {
    size: crop.crop,
    threads: recipe.threads,
    signal,
  });
  const contents = { int8: quantized.content, float32: float32.content };
  const variantOf = (form: Form) => ({
    ...contents[form],
    calibration: calibrate(validated[form], tested[form]),
  });
  const evaluations = {
    float32: summarize(tested.float32, classes),
    int8: summarize(tested.int8, classes),
  };
  return {
    content: {
      variants: { int8: variantOf('int8'), float32: variantOf('float32') },
      goldenPictures: await goldenPictures(split.test, classes.length),
      quantization: int8.report,
    },
    metrics: {
      predictions: predictionLines(split.test, classes, classes, tested),
      trainAccuracy,
      validationAccuracy,
      test: evaluations,
    },
    judged: { validationJudged: validated, testJudged: tested, latency },
    figures: {
      trainAccuracy,
      validationAccuracy,
      testAccuracy: evaluations.float32.accuracy,
      int8TestAccuracy: evaluations.int8.accuracy,
      fp32Bytes: fp32.length,
      int8Bytes: int8.model.length,
    },
  };
}

async function variant(
  sessions: Sessions,
  name: string,
  bytes: Uint8Array,
  tensor: TensorPlan,
  crop: number,
) {
  const session = await sessions.open(name, bytes);
  const run = async (pixels: Uint8Array) =>
    (await logitsOf(session, [pixels], crop, tensor))[0] ?? [];
  return { session, content: { bytes, tensor, run } satisfies VariantContent };
}

/** One of each class first, so that the golden cases do not all look alike. */
function goldenPictures(test: readonly Sample[], classes: number): Promise<Uint8Array[]> {
  const firsts = Array.from({ length: classes }, (_, label) =>
    test.find((sample) => sample.label === label),
  );
  const chosen = firsts.filter((sample) => sample !== undefined).slice(0, GOLDEN_CASES);
  return Promise.all(chosen.map(({ path }) => readFile(path)));
}
