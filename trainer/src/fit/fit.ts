import { exportResNet18 } from '@edgeloop/onnx';
import { type Bytes, type CropPlan, evaluationCrop, type Sha256 } from '@edgeloop/protocol';
import { FittedPictures } from '../dataset/fitted-pictures.ts';
import { type ImageFolder, readImageFolder, type Sample } from '../dataset/image-folder.ts';
import { type Split, splitSamples } from '../dataset/split.ts';
import { TrainerError } from '../errors.ts';
import { checkTarget, writePackage } from '../package/write-package.ts';
import { contradictions, inexactness, type RunIdentity } from '../run/checkpoint.ts';
import { thisMachine } from '../run/machine.ts';
import { RunFolder } from '../run/run-folder.ts';
import { readWeights, type WeightsFile } from '../weights/weights-file.ts';
import { checkRecipe } from './check-recipe.ts';
import { classWeights } from './class-weights.ts';
import { explainDivergence, isDivergence } from './divergence.ts';
import { engineOptions } from './engine-options.ts';
import { finishedModel } from './finished-model.ts';
import { withCheckpoint } from './interrupted.ts';
import { datasetFingerprint, lineage } from './lineage.ts';
import { explainOutOfMemory, isOutOfMemory } from './out-of-memory.ts';
import type { Report } from './progress.ts';
import type { Recipe } from './recipe.ts';
import { Sessions } from './sessions.ts';
import { startingWeights } from './starting-weights.ts';
import { Training, type TrainingRun } from './train.ts';
import { validator } from './validator.ts';

export interface FitOptions {
  readonly folder: string;
  readonly out: string;
  readonly force: boolean;
  /** Where the run keeps its checkpoint and what is told of it; null for `<out>.run`. */
  readonly run: string | null;
  readonly resume: boolean;
  /** Between checkpoints within an epoch; 0 for one after every step. */
  readonly checkpointSeconds: number;
  /** For pictures that are kept decoded. */
  readonly pictureMemory: Bytes;
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
  readonly epochs: number;
  readonly imagesPerSecond: number;
  /** Share of the training's time that the engine waited for pictures. */
  readonly waitingShare: number;
  readonly seconds: number;
}

/** Larger than what the model sees, for crops of a part of it. */
const FITTED = 1.3;

/** From a folder of class folders to a package: train, quantize, evaluate, write. */
export async function fit(
  options: FitOptions,
  report: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  checkRecipe(options.recipe);
  await checkTarget(options.out, options.force);
  const run = await RunFolder.open({
    ...{ folder: options.run ?? `${options.out}.run`, resume: options.resume },
    force: options.force,
  });
  const sessions = await Sessions.begin(options.recipe.threads, signal);
  try {
    return await fitIn(run, sessions, options, report, signal);
  } catch (error) {
    if (isDivergence(error)) {
      // To go on would lead there again.
      await run.discard();
      throw explainDivergence(error, options.recipe);
    }
    // A session that the interruption closed fails first: what ended the fit is the interruption.
    const end = signal.aborted ? signal.reason : error;
    throw run.saved ? withCheckpoint(end, run.path) : end;
  } finally {
    await sessions.close();
    await run.close();
  }
}

async function fitIn(
  run: RunFolder,
  sessions: Sessions,
  options: FitOptions,
  report: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  const begun = performance.now();
  const { recipe, version } = options;
  const given = options.init && (await readWeights(options.init));
  const crop = evaluationCrop(recipe.size);
  const { dataset, split } = await readPictures(options, crop, report, signal);
  const { classes, skipped } = dataset;
  const identity = identify(options, dataset, given?.sha256 ?? 'random');
  goOn(run, identity, report);

  const task = {
    ...{ recipe, classes: classes.length, pictures: split.train.length },
    classWeights: classWeights(
      recipe.classWeights,
      split.train.map(({ label }) => label),
      classes,
    ),
    init: await startingWeights(given?.tensors ?? null, split.train, {
      ...{ classes: classes.length, crop, report, signal },
      // A checkpoint has a last layer of its own.
      recipe: run.saved ? { ...recipe, probeEpochs: 0 } : recipe,
    }),
  };
  const training = new Training({
    ...{ task, samples: split.train, run, identity, report, signal },
    checkpointSeconds: options.checkpointSeconds,
    validate: validator(sessions, split.validation, classes, crop),
  });
  const trained = await training.finish().catch(async (error) => {
    if (!isOutOfMemory(error) || signal.aborted) throw error;
    report({ kind: 'phase', text: 'Out of memory: trying smaller parts' });
    const rounded = recipe.quantizationAware > 0;
    throw await explainOutOfMemory(error, engineOptions(task, rounded), signal);
  });
  const fp32 = exportResNet18(trained.weights, { size: recipe.size, classes: classes.length });
  const model = await finishedModel(fp32, split, {
    ...{ sessions, classes, crop, recipe, report, signal },
  });
  signal.throwIfAborted();
  const digest = await writePackage(options.out, {
    ...{ name: options.name, classes, crop, ...model.content },
    metrics: {
      ...model.metrics,
      samples: { ...sizes(split), skipped: skipped.length },
    },
    lineage: lineage(identity, version),
  });
  await run.discard();
  return {
    package: digest,
    ...model.figures,
    skipped: skipped.length,
    ...figuresOf(trained),
    seconds: (performance.now() - begun) / 1000,
  };
}

async function readPictures(
  { folder, pictureMemory, recipe }: FitOptions,
  crop: CropPlan,
  report: Report,
  signal: AbortSignal,
): Promise<{ dataset: ImageFolder; split: Split<Sample> }> {
  report({ kind: 'reading', folder });
  const pictures = new FittedPictures(Math.round(crop.resize * FITTED), pictureMemory);
  const dataset = await readImageFolder(folder, pictures, signal);
  signal.throwIfAborted();
  const split = splitSamples(
    dataset.samples,
    { validation: recipe.validationShare, test: recipe.testShare },
    recipe.seed,
  );
  const { classes, skipped } = dataset;
  report({ kind: 'dataset', classes, skipped, ...sizes(split) });
  return { dataset, split };
}

function identify(
  { recipe: { threads, ...recipe }, version: trainer }: FitOptions,
  { samples, classes }: ImageFolder,
  init: string,
): RunIdentity {
  const machine = thisMachine({ threads, trainer });
  return { recipe, dataset: datasetFingerprint(samples, classes), init, machine };
}

/** @throws TrainerError `CHECKPOINT_REFUSED` where the checkpoint is of another recipe, other pictures or weights. */
function goOn({ path, saved }: RunFolder, now: RunIdentity, report: Report): void {
  if (!saved) return;
  const others = contradictions(saved.identity, now);
  if (others.length > 0) {
    throw new TrainerError(
      'CHECKPOINT_REFUSED',
      `Expected the run that ${path} holds a checkpoint of, received ${others.join('; ')}. Repeat what it began with, or begin anew by --force.`,
    );
  }
  const { history, steps } = saved.progress;
  report({ kind: 'resumed', epoch: history.length + 1, stepsOfEpoch: steps });
  const inexact = inexactness(saved.identity.machine, now.machine);
  if (inexact.length > 0) {
    const text = `The result will differ in its last bits from that of a run without a break: ${inexact.join('; ')}`;
    report({ kind: 'phase', text });
  }
}

function figuresOf({ history, imagesPerSecond, waitingShare }: TrainingRun) {
  return { epochs: history.length, imagesPerSecond, waitingShare };
}

function sizes({ train, validation, test }: Split<Sample>) {
  return { train: train.length, validation: validation.length, test: test.length };
}
