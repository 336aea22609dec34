import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  exportResNet18,
  InferenceProcess,
  quantize,
  runtimeVersion,
  type Weights,
} from '@edgeloop/onnx';
import {
  evaluationCrop,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type Manifest,
  type Sha256,
  seconds,
  type TensorPlan,
} from '@edgeloop/protocol';
import { readImageFolder, type Sample } from '../dataset/image-folder.ts';
import { type Split, splitSamples } from '../dataset/split.ts';
import { calibrate, negativeLogLikelihood } from '../evaluate/calibration.ts';
import { type CroppedSample, cropSamples, predict } from '../evaluate/evaluate.ts';
import { measureLatency } from '../evaluate/latency.ts';
import { summarize } from '../evaluate/metrics.ts';
import { checkTarget, type VariantContent, writePackage } from '../package/write-package.ts';
import { epochsOf } from '../report/epochs.ts';
import { EventsFile, readEvents } from '../report/events-file.ts';
import { describeMachine } from '../report/machine.ts';
import { RUN_FILES, writeReport } from '../report/write-report.ts';
import { readWeights, type WeightsFile } from '../weights/weights-file.ts';
import { learningOfFeatures } from './learning-of-features.ts';
import type { FitEvent, Report } from './progress.ts';
import { checkRecipe, type Recipe } from './recipe.ts';
import { startingWeights } from './starting-weights.ts';
import { train } from './train.ts';

export interface FitOptions {
  readonly folder: string;
  readonly out: string;
  readonly force: boolean;
  readonly name: string;
  readonly version: string;
  readonly recipe: Recipe;
  /** Weights to start from; null for random ones. */
  readonly init: WeightsFile | null;
}

/** The figures of a finished fit. */
export interface FitSummary {
  readonly package: Sha256;
  readonly trainAccuracy: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
  readonly int8TestAccuracy: number;
  readonly fp32Bytes: number;
  readonly int8Bytes: number;
  readonly skipped: number;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

const CALIBRATION_PICTURES = 200;
const TRAIN_ACCURACY_PICTURES = 1000;
const GOLDEN_CASES = 4;
const FLOAT_PLAN = floatTensorPlan();

/** From a folder of class folders to a package: train, evaluate, quantize, evaluate again, write. */
export async function fit(
  options: FitOptions,
  show: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  const begun = performance.now();
  const started = new Date();
  const { recipe } = options;
  checkRecipe(recipe);
  await checkTarget(options.out, options.force);
  const runFolder = `${options.out}.run`;
  await mkdir(runFolder, { recursive: true });
  const eventsPath = join(runFolder, RUN_FILES.events);
  const events = new EventsFile({ path: eventsPath, resume: false, clock: () => new Date() });
  events.start();
  const report = (event: FitEvent) => {
    events.write(event);
    show(event);
  };
  const given = options.init && (await readWeights(options.init));
  const crop = evaluationCrop(recipe.size);
  report({ kind: 'reading', folder: options.folder });
  const dataset = await readImageFolder(options.folder, Math.round(crop.resize * 1.3), signal);
  const { classes, skipped } = dataset;
  const split = splitSamples(
    dataset.samples,
    { validation: recipe.validationShare, test: recipe.testShare },
    recipe.seed,
  );
  report({ kind: 'dataset', classes, skipped, ...sizes(split) });

  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-fit-'));
  const sessions = new Sessions(folder, recipe.threads, signal);
  try {
    const validation = await cropSamples(split.validation, crop);
    const validate = async (weights: Weights) => {
      const bytes = exportResNet18(weights, { size: recipe.size, classes: classes.length });
      const session = await sessions.open('validation', bytes);
      const predictions = await predict(session, validation, crop.crop, FLOAT_PLAN);
      await session.close();
      const { accuracy } = summarize(predictions, classes);
      return { accuracy, loss: negativeLogLikelihood(predictions) };
    };
    const startOptions = { classes: classes.length, crop, recipe, report, signal };
    const start = await startingWeights(given?.tensors ?? null, split.train, startOptions);
    // Of random features it would say nothing.
    const learning = given && (await learningOfFeatures(start, split, startOptions));
    const run = await train(
      ...[split.train, classes.length, start, recipe, validate, report, signal],
    );

    report({ kind: 'phase', text: 'Quantizing to INT8' });
    const fp32 = exportResNet18(run.weights, { size: recipe.size, classes: classes.length });
    const calibration = await cropSamples(split.train.slice(0, CALIBRATION_PICTURES), crop);
    const pictures = calibration.map(({ crop: pixels }) => pixels);
    const int8 = await quantize(fp32, pictures, {
      ...{ size: recipe.size, mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: recipe.threads },
      signal,
    });

    report({ kind: 'phase', text: `Evaluating on ${split.test.length} pictures kept aside` });
    const float32 = await variant(sessions, 'float32', fp32, FLOAT_PLAN, crop.crop);
    const quantized = await variant(sessions, 'int8', int8.model, int8.tensorPlan, crop.crop);
    const test = await cropSamples(split.test, crop);
    const floatPredictions = await predict(float32.session, test, crop.crop, FLOAT_PLAN);
    const int8Predictions = await predict(quantized.session, test, crop.crop, int8.tensorPlan);
    const trained = await cropSamples(split.train.slice(0, TRAIN_ACCURACY_PICTURES), crop);
    const trainAccuracy = summarize(
      await predict(float32.session, trained, crop.crop, FLOAT_PLAN),
      classes,
    ).accuracy;
    const evaluations = {
      float32: summarize(floatPredictions, classes),
      int8: summarize(int8Predictions, classes),
    };
    const validationJudged = {
      int8: await predict(quantized.session, validation, crop.crop, int8.tensorPlan),
      float32: await predict(float32.session, validation, crop.crop, FLOAT_PLAN),
    };
    const testJudged = { int8: int8Predictions, float32: floatPredictions };
    const validationAccuracy = summarize(validationJudged.float32, classes).accuracy;
    report({ kind: 'phase', text: 'Measuring latency' });
    const models = { int8: quantized.content, float32: float32.content };
    const latency = await measureLatency(models, crop.crop, [1, recipe.threads], signal);
    const content = (form: 'int8' | 'float32') => ({
      ...models[form],
      calibration: calibrate(validationJudged[form], testJudged[form]),
    });
    signal.throwIfAborted();
    const origin = lineage(dataset.samples, classes, options, given?.sha256 ?? null);
    const digest = await writePackage(options.out, {
      ...{ name: options.name, classes, crop },
      variants: { int8: content('int8'), float32: content('float32') },
      goldenPictures: await goldenPictures(split.test, classes.length),
      quantization: int8.report,
      metrics: {
        predictions: predictionLines(test, classes, floatPredictions, int8Predictions),
        samples: { ...sizes(split), skipped: skipped.length },
        ...{ trainAccuracy, validationAccuracy, test: evaluations },
      },
      lineage: origin,
    });
    const took = (performance.now() - begun) / 1000;
    await writeReport(runFolder, options.folder, {
      ...{ name: options.name, package: digest, started: started.toISOString(), seconds: took },
      ...{ imagesPerSecond: run.imagesPerSecond, classes, fingerprint: origin.dataset, ...split },
      ...{ duplicates: dataset.duplicates, skipped, epochs: epochsOf(readEvents(eventsPath)) },
      ...{ trainAccuracy, validationJudged, testJudged, latency, learning },
      bytes: { int8: int8.model.length, float32: fp32.length },
      ...{ quantization: int8.report, recipe: origin.recipe },
      baseWeights:
        given && options.init ? { file: basename(options.init.path), sha256: given.sha256 } : null,
      versions: { ...origin.code, node: process.version },
      machine: describeMachine(),
    });
    report({
      ...{ kind: 'finished', package: digest, testAccuracy: evaluations.float32.accuracy },
      ...{ int8TestAccuracy: evaluations.int8.accuracy, seconds: took },
    });
    return {
      package: digest,
      ...{ trainAccuracy, validationAccuracy },
      testAccuracy: evaluations.float32.accuracy,
      int8TestAccuracy: evaluations.int8.accuracy,
      ...{ fp32Bytes: fp32.length, int8Bytes: int8.model.length, skipped: skipped.length },
      imagesPerSecond: run.imagesPerSecond,
      seconds: took,
    };
  } catch (error) {
    // A session that the interruption closed fails first: what ended the fit is the interruption.
    signal.throwIfAborted();
    throw error;
  } finally {
    events.close();
    await sessions.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The inference processes of one fit: all are gone when it ends, however it ends. */
class Sessions {
  readonly #folder: string;
  readonly #threads: number;
  readonly #open: InferenceProcess[] = [];

  constructor(folder: string, threads: number, signal: AbortSignal) {
    this.#folder = folder;
    this.#threads = threads;
    signal.addEventListener('abort', () => void this.close());
  }

  async open(name: string, bytes: Uint8Array): Promise<InferenceProcess> {
    const modelPath = join(this.#folder, `${name}.onnx`);
    await writeFile(modelPath, bytes);
    const session = new InferenceProcess({
      ...{ modelPath, threads: this.#threads, deadline: seconds(300) },
    });
    this.#open.push(session);
    await session.start();
    return session;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((session) => session.close()));
  }
}

async function variant(
  sessions: Sessions,
  name: string,
  bytes: Uint8Array,
  tensor: TensorPlan,
  crop: number,
): Promise<{ session: InferenceProcess; content: VariantContent }> {
  const session = await sessions.open(name, bytes);
  const run = async (pixels: Uint8Array) => {
    const [prediction] = await predict(
      session,
      [{ sample: { label: 0 } as Sample, crop: pixels }],
      crop,
      tensor,
    );
    return prediction?.logits ?? [];
  };
  return { session, content: { bytes, tensor, run } };
}

/** One of each class first, so that the golden cases do not all look alike. */
function goldenPictures(test: readonly Sample[], classes: number): Promise<Uint8Array[]> {
  const firsts = Array.from({ length: classes }, (_, label) =>
    test.find((sample) => sample.label === label),
  );
  const chosen = firsts.filter((sample) => sample !== undefined).slice(0, GOLDEN_CASES);
  return Promise.all(chosen.map(({ path }) => readFile(path)));
}

function predictionLines(
  test: readonly CroppedSample[],
  classes: readonly string[],
  float32: readonly { predicted: number; scores: readonly number[] }[],
  int8: readonly { predicted: number; scores: readonly number[] }[],
): string {
  const one = (prediction: { predicted: number; scores: readonly number[] } | undefined) => ({
    label: classes[prediction?.predicted ?? -1],
    scores: prediction?.scores.map((score) => Number(score.toFixed(6))),
  });
  return test
    .map(({ sample: { file, sha256, label } }, i) =>
      JSON.stringify({
        file,
        sha256,
        label: classes[label],
        float32: one(float32[i]),
        int8: one(int8[i]),
      }),
    )
    .join('\n')
    .concat('\n');
}

function lineage(
  samples: readonly Sample[],
  classes: readonly string[],
  options: FitOptions,
  init: Sha256 | null,
): Manifest['lineage'] {
  const fingerprint = samples.map(({ sha256, label }) => `${sha256} ${classes[label]}\n`).sort();
  const { threads: _machine, ...recipe } = options.recipe;
  return {
    dataset: createHash('sha256').update(fingerprint.join('')).digest('hex') as Sha256,
    recipe: { architecture: 'resnet18', init: init ?? 'random', ...recipe },
    code: { trainer: options.version, onnxruntime: runtimeVersion() },
  };
}

function sizes(split: Split<Sample>) {
  const { train, validation, test } = split;
  return { train: train.length, validation: validation.length, test: test.length };
}
