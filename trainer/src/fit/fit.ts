import { join } from 'node:path';
import { exportResNet18, type KernelPlan, type Provider } from '@edgeloop/onnx';
import { type CropPlan, evaluationCrop } from '@edgeloop/protocol';
import { FittedPictures } from '../dataset/fitted-pictures.ts';
import { splitAsFrozen } from '../dataset/frozen-dataset.ts';
import { type ImageFolder, readImageFolder, type Sample } from '../dataset/image-folder.ts';
import { type Split, splitSamples } from '../dataset/split.ts';
import { TrainerError } from '../errors.ts';
import { checkApart, checkOwnTarget, checkTarget } from '../package/check-target.ts';
import { writePackage } from '../package/write-package.ts';
import { EventsFile } from '../report/events-file.ts';
import { RUN_FILES, writeReport } from '../report/write-report.ts';
import { contradictions, inexactness, type RunIdentity } from '../run/checkpoint.ts';
import { thisMachine } from '../run/machine.ts';
import { RunFolder } from '../run/run-folder.ts';
import { runTime } from '../run/run-time.ts';
import { readWeights } from '../weights/weights-file.ts';
import { checkRecipe } from './check-recipe.ts';
import { classWeights } from './class-weights.ts';
import { type Compute, settleKernels, settleProvider } from './compute.ts';
import { explainDivergence, isDivergence } from './divergence.ts';
import { engineOptions, partsOfStep } from './engine-options.ts';
import { finishedModel } from './finished-model.ts';
import type { FitOptions, FitSummary } from './fit-options.ts';
import { withCheckpoint } from './interrupted.ts';
import { learningOfFeatures } from './learning-of-features.ts';
import { learningOfTrainings } from './learning-of-trainings.ts';
import { datasetFingerprint, lineage } from './lineage.ts';
import { explainOutOfMemory, isOutOfMemory } from './out-of-memory.ts';
import type { Report } from './progress.ts';
import { runRecord } from './run-record.ts';
import { Sessions } from './sessions.ts';
import { forClasses, startingWeights } from './starting-weights.ts';
import { Training, type TrainingRun } from './train.ts';
import { validator } from './validator.ts';

/** Larger than what the model sees, for crops of a part of it. */
const FITTED = 1.3;

interface Begun {
  readonly run: RunFolder;
  readonly sessions: Sessions;
  /** When all is known that it trains with: now what it replaces goes. */
  readonly begin: () => Promise<void>;
}

/** From a folder of class folders to a package: train, quantize, evaluate, write, report. */
export async function fit(
  options: FitOptions,
  show: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  checkRecipe(options.recipe);
  const run = await openRun(options);
  const events = new EventsFile({
    path: join(run.path, RUN_FILES.events),
    resume: run.saved !== null,
    clock: () => new Date(),
  });
  events.startBesideNone();
  const begin = async () => {
    await run.begin();
    events.start();
  };
  const report: Report = (event) => {
    events.write(event);
    show(event);
  };
  const sessions = await Sessions.begin(options.recipe.threads, signal);
  try {
    return await fitIn({ run, sessions, begin }, options, report, signal);
  } catch (error) {
    const diverged = isDivergence(error);
    // To go on would lead there again.
    if (diverged) await run.discard();
    else await run.settle();
    // What has nothing to go on from has nothing to tell.
    if (!run.saved) events.discard();
    if (diverged) throw explainDivergence(error, options.recipe);
    // A session that the interruption closed fails first: what ended the fit is the interruption.
    const end = signal.aborted ? signal.reason : error;
    throw run.saved ? withCheckpoint(end, run.path, options.resume) : end;
  } finally {
    await sessions.close();
    events.close();
    await run.close();
  }
}

/**
 * @throws TrainerError `PACKAGE_EXISTS`, `OPTION_INVALID` for folders within one another, or what
 * `RunFolder.open` throws.
 */
async function openRun({ folder: pictures, out, run, resume, force }: FitOptions) {
  const folder = run ?? `${out}.run`;
  await checkApart(out, pictures, folder);
  const opened = await RunFolder.open({ folder, resume, force });
  try {
    // Of one that goes on, it is asked when all is known that the package follows from.
    if (!opened.saved || force) await checkTarget(out, force);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function fitIn(
  { run, sessions, begin }: Begun,
  options: FitOptions,
  report: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  const time = runTime(run.saved?.time, { now: () => performance.now(), clock: () => new Date() });
  const { recipe, version } = options;
  const provider = await settleProvider(recipe, report);
  const given = options.init && (await readWeights(options.init));
  const crop = evaluationCrop(recipe.size);
  const { dataset, split } = await readPictures(options, crop, report, signal);
  const { classes, skipped } = dataset;
  const compute = {
    provider,
    kernels: await kernelsOf(run, options, split, provider, report, signal),
  };
  const identity = identify(options, compute, dataset, given?.sha256 ?? 'random');
  const origin = lineage(identity, version);
  goOn(run, identity, report);
  if (run.saved && !options.force) await checkOwnTarget(options.out, origin);

  const startOptions = {
    classes: classes.length,
    crop,
    report,
    signal,
    // A checkpoint has a last layer of its own.
    recipe: run.saved ? { ...recipe, probeEpochs: 0 } : recipe,
  };
  const start = given && forClasses(given.tensors, options.init?.classes ?? null, classes);
  const task = {
    recipe,
    compute,
    classes: classes.length,
    pictures: split.train.length,
    classWeights: classWeights(
      recipe.classWeights,
      split.train.map(({ label }) => label),
      classes,
    ),
    init: await startingWeights(start, split.train, startOptions),
  };
  await begin();
  const steps = { task, samples: split.train, identity, time, report, signal };
  const training = new Training({
    ...steps,
    run,
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
    sessions,
    classes,
    crop,
    recipe,
    report,
    signal,
  });
  const test = validator(sessions, split.test, classes, crop);
  const learning = !options.learningCurve
    ? null
    : given
      ? await learningOfFeatures(task.init, split, startOptions)
      : await learningOfTrainings(
          {
            training: steps,
            accuracy: model.figures.testAccuracy,
            testPictures: split.test.length,
          },
          async (weights) => (await test(weights)).accuracy,
        );
  signal.throwIfAborted();
  const digest = await writePackage(options.out, {
    name: options.name,
    classes,
    crop,
    ...model.content,
    metrics: {
      ...model.metrics,
      samples: { ...sizes(split), skipped: skipped.length },
    },
    lineage: origin,
  });
  const summary = {
    package: digest,
    ...model.figures,
    skipped: skipped.length,
    ...figuresOf(trained),
    seconds: time().seconds,
  };
  await writeReport(
    run.path,
    options.folder,
    runRecord({
      summary,
      options,
      dataset,
      split,
      trained,
      model,
      learning,
      origin,
      identity,
      started: time().started,
    }),
  );
  const { testAccuracy, int8TestAccuracy, seconds } = summary;
  report({ kind: 'finished', package: digest, testAccuracy, int8TestAccuracy, seconds });
  await run.discard();
  return summary;
}

async function readPictures(
  { folder, frozen, pictureMemory, recipe }: FitOptions,
  crop: CropPlan,
  report: Report,
  signal: AbortSignal,
): Promise<{ dataset: ImageFolder; split: Split<Sample> }> {
  report({ kind: 'reading', folder });
  const pictures = new FittedPictures(Math.round(crop.resize * FITTED), pictureMemory);
  const dataset = await readImageFolder(folder, pictures, frozen?.classes ?? null, signal);
  signal.throwIfAborted();
  const { samples, classes, skipped } = dataset;
  const shares = { validation: recipe.validationShare, test: recipe.testShare };
  const split = frozen
    ? splitAsFrozen(samples, frozen)
    : splitSamples(samples, shares, recipe.seed);
  report({ kind: 'dataset', classes, skipped, ...sizes(split) });
  return { dataset, split };
}

/** Those that the run began with; otherwise what is fastest here. */
async function kernelsOf(
  { saved }: RunFolder,
  { recipe, kernelFolder }: FitOptions,
  { train }: Split<Sample>,
  provider: Provider,
  report: Report,
  signal: AbortSignal,
): Promise<KernelPlan | null> {
  if (saved) return saved.identity.machine.kernels;
  if (recipe.engine !== 'onnx' || provider !== 'cpu') return null;
  const { size, threads } = recipe;
  const { part: batch } = partsOfStep(recipe, train.length);
  return settleKernels({ size, batch, threads }, kernelFolder, report, signal);
}

function identify(
  { recipe: { threads, ...recipe }, version: trainer, frozen }: FitOptions,
  compute: Compute,
  { samples, classes }: ImageFolder,
  init: string,
): RunIdentity {
  const machine = thisMachine({ threads, trainer, ...compute });
  const dataset = frozen?.fingerprint ?? datasetFingerprint(samples, classes);
  return { recipe, dataset, init, machine };
}

/**
 * @throws TrainerError `CHECKPOINT_REFUSED` where the checkpoint is of another recipe, other
 * pictures or weights.
 */
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
