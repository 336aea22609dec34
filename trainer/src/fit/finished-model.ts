import { readFile } from 'node:fs/promises';
import { type QuantizedModel, quantize } from '@edgeloop/onnx';
import { type CropPlan, floatTensorPlan, IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import { calibrate } from '../evaluate/calibration.ts';
import { CroppedSamples } from '../evaluate/cropped-samples.ts';
import { type JudgedPrediction, predict } from '../evaluate/evaluate.ts';
import { measureLatency } from '../evaluate/latency.ts';
import { summarize } from '../evaluate/metrics.ts';
import { predictionLines } from '../package/prediction-lines.ts';
import type { Form } from '../report/run-record.ts';
import { type OpenForm, openForm } from './open-form.ts';
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
  options: FinishOptions,
) {
  const { sessions, classes, crop, recipe, report, signal } = options;
  const int8 = await quantizeOn(split.train, fp32, options);
  report({ kind: 'phase', text: `Evaluating on ${split.test.length} pictures kept aside` });
  const { crop: side } = crop;
  const forms = {
    float32: await openForm(sessions, 'float32', { bytes: fp32, tensor: floatTensorPlan(), side }),
    int8: await openForm(sessions, 'int8', { bytes: int8.model, tensor: int8.tensorPlan, side }),
  };
  const tested = await judge(forms, split.test, crop);
  const validated = await judge(forms, split.validation, crop);
  const train = new CroppedSamples(accuracySamples(split.train), crop);
  const trained = await predict(forms.float32.session, train, forms.float32.tensor);
  const accuracies = {
    trainAccuracy: summarize(trained, classes).accuracy,
    validationAccuracy: summarize(validated.float32, classes).accuracy,
  };
  const test = {
    float32: summarize(tested.float32, classes),
    int8: summarize(tested.int8, classes),
  };
  report({ kind: 'phase', text: 'Measuring latency' });
  const { threads } = recipe;
  const latency = await measureLatency(forms, { size: side, threads, signal });
  const variant = (form: Form) => ({
    ...forms[form].content,
    calibration: calibrate(validated[form], tested[form]),
  });
  return {
    content: {
      variants: { int8: variant('int8'), float32: variant('float32') },
      goldenPictures: await goldenPictures(split.test, classes.length),
      quantization: int8.report,
    },
    metrics: {
      predictions: predictionLines(split.test, classes, classes, tested),
      ...accuracies,
      test,
    },
    judged: { validationJudged: validated, testJudged: tested, latency },
    figures: {
      ...accuracies,
      testAccuracy: test.float32.accuracy,
      int8TestAccuracy: test.int8.accuracy,
      fp32Bytes: fp32.length,
      int8Bytes: int8.model.length,
    },
  };
}

async function quantizeOn(
  train: readonly Sample[],
  fp32: Uint8Array,
  { crop, recipe: { size, threads }, report, signal }: FinishOptions,
): Promise<QuantizedModel> {
  report({ kind: 'phase', text: 'Quantizing to INT8' });
  const pictures: Uint8Array[] = [];
  const cropped = new CroppedSamples(calibrationSamples(train), crop);
  for await (const crops of cropped.batches()) pictures.push(...crops);
  return quantize(fp32, pictures, {
    size,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads,
    signal,
  });
}

/** What each form makes of the pictures of a side, in their order; they are decoded once. */
async function judge(
  { float32, int8 }: Readonly<Record<Form, OpenForm>>,
  samples: readonly Sample[],
  crop: CropPlan,
): Promise<Record<Form, JudgedPrediction[]>> {
  const cropped = new CroppedSamples(samples, crop);
  return {
    float32: await predict(float32.session, cropped, float32.tensor),
    int8: await predict(int8.session, cropped, int8.tensor),
  };
}

/** One of each class first, so that the golden cases do not all look alike. */
function goldenPictures(test: readonly Sample[], classes: number): Promise<Uint8Array[]> {
  const firsts = Array.from({ length: classes }, (_, label) =>
    test.find((sample) => sample.label === label),
  );
  const chosen = firsts.filter((sample) => sample !== undefined).slice(0, GOLDEN_CASES);
  return Promise.all(chosen.map(({ path }) => readFile(path)));
}
