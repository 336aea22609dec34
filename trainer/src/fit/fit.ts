import { join } from 'node:path';
import { exportResNet18 } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import { sizesOf } from '../dataset/split.ts';
import type { LearningCurve } from '../evaluate/learning-curve.ts';
import { checkApart, checkTarget } from '../package/check-target.ts';
import { recoverTarget } from '../package/recover-target.ts';
import { writePackage } from '../package/write-package.ts';
import { EventsFile } from '../report/events-file.ts';
import { RUN_FILES, writeReport } from '../report/write-report.ts';
import { RunFolder } from '../run/run-folder.ts';
import { runTime } from '../run/run-time.ts';
import { checkRecipe } from './check-recipe.ts';
import { classWeights } from './class-weights.ts';
import { explainDivergence, isDivergence } from './divergence.ts';
import { engineOptions, type TrainingTask } from './engine-options.ts';
import { type FinishedModel, finishedModel } from './finished-model.ts';
import type { FitOptions, FitSummary } from './fit-options.ts';
import { withCheckpoint } from './interrupted.ts';
import { learningOfFeatures } from './learning-of-features.ts';
import { type LearningSteps, learningOfTrainings } from './learning-of-trainings.ts';
import { explainOutOfMemory, isOutOfMemory } from './out-of-memory.ts';
import { type PreparedFit, prepareFit } from './prepare-fit.ts';
import type { Report } from './progress.ts';
import { runRecord } from './run-record.ts';
import { Sessions } from './sessions.ts';
import { forClasses, type StartOptions, startingWeights } from './starting-weights.ts';
import { Training, type TrainingRun } from './train.ts';
import { validator } from './validator.ts';

interface FitSurroundings {
  readonly run: RunFolder;
  readonly sessions: Sessions;
  /** Called when all that it trains with is known to be right: what it replaces is removed. */
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
    // Going on from the checkpoint would diverge again.
    if (diverged) await run.discard();
    else await run.settle();
    // Without a checkpoint to go on from, nobody needs the events.
    if (!run.saved) events.discard();
    if (diverged) throw explainDivergence(error, options.recipe);
    // The interruption closes sessions, whose errors come first: it is what ended the fit.
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
  await recoverTarget(out);
  const opened = await RunFolder.open({ folder, resume, force });
  try {
    // Of a run that goes on, `prepareFit` looks whether a package there is its own.
    if (!opened.saved || force) await checkTarget(out, force);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function fitIn(
  { run, sessions, begin }: FitSurroundings,
  options: FitOptions,
  report: Report,
  signal: AbortSignal,
): Promise<FitSummary> {
  const time = runTime(run.saved?.time, { now: () => performance.now(), clock: () => new Date() });
  const prepared = await prepareFit(run, options, report, signal);
  const { crop, dataset, split, identity, origin } = prepared;
  const { classes, skipped } = dataset;
  const startOptions = {
    classes: classes.length,
    crop,
    report,
    signal,
    // A checkpoint has a last layer of its own.
    recipe: run.saved ? { ...options.recipe, probeEpochs: 0 } : options.recipe,
  };
  const task = await trainingTask(options, prepared, startOptions);
  await begin();
  const steps = { task, samples: split.train, identity, time, report, signal };
  const training = new Training({
    ...steps,
    run,
    checkpointSeconds: options.checkpointSeconds,
    validate: validator(sessions, split.validation, classes, crop),
  });
  const trained = await finishTraining(training, task, report, signal);
  const model = await finishedModel(fp32Of(trained, task), split, {
    sessions,
    classes,
    crop,
    recipe: options.recipe,
    report,
    signal,
  });
  const learning = options.learningCurve
    ? await learningOf(prepared, steps, startOptions, sessions, model)
    : null;
  signal.throwIfAborted();
  const digest = await writeModel(options, prepared, model);
  const summary = {
    package: digest,
    ...model.figures,
    skipped: skipped.length,
    ...figuresOf(trained),
    seconds: time().seconds,
  };
  const { started } = time();
  const record = { summary, options, dataset, split, trained, model, learning, origin, identity };
  await writeReport(run.path, options.folder, runRecord({ ...record, started }));
  const { testAccuracy, int8TestAccuracy, seconds } = summary;
  report({ kind: 'finished', package: digest, testAccuracy, int8TestAccuracy, seconds });
  await run.discard();
  return summary;
}

/** What is trained, from weights that may have a last layer of these classes already. */
async function trainingTask(
  { recipe, init }: FitOptions,
  { dataset: { classes }, split: { train }, compute, given }: PreparedFit,
  startOptions: StartOptions,
): Promise<TrainingTask> {
  const labels = train.map(({ label }) => label);
  const start = given && forClasses(given, init?.classes ?? null, classes);
  return {
    recipe,
    compute,
    classes: classes.length,
    pictures: train.length,
    classWeights: classWeights(recipe.classWeights, labels, classes),
    init: await startingWeights(start, train, startOptions),
  };
}

/** @throws what the training throws; where memory was short, with the parts that would fit */
function finishTraining(
  training: Training,
  task: TrainingTask,
  report: Report,
  signal: AbortSignal,
): Promise<TrainingRun> {
  return training.finish().catch(async (error) => {
    if (!isOutOfMemory(error) || signal.aborted) throw error;
    report({ kind: 'phase', text: 'Out of memory: trying smaller parts' });
    const rounded = task.recipe.quantizationAware > 0;
    throw await explainOutOfMemory(error, engineOptions(task, rounded), signal);
  });
}

function fp32Of({ weights }: TrainingRun, { recipe: { size }, classes }: TrainingTask): Uint8Array {
  return exportResNet18(weights, { size, classes });
}

/** By probes on given weights, which never saw these labels; else by whole trainings. */
async function learningOf(
  { given, crop, dataset: { classes }, split }: PreparedFit,
  steps: LearningSteps,
  startOptions: StartOptions,
  sessions: Sessions,
  { figures }: FinishedModel,
): Promise<LearningCurve> {
  if (given) return learningOfFeatures(steps.task.init, split, startOptions);
  const test = validator(sessions, split.test, classes, crop);
  return learningOfTrainings(
    { training: steps, accuracy: figures.testAccuracy, testPictures: split.test.length },
    async (weights) => (await test(weights)).accuracy,
  );
}

function writeModel(
  { out, name }: FitOptions,
  { dataset: { classes, skipped }, split, crop, origin }: PreparedFit,
  { content, metrics }: FinishedModel,
): Promise<Sha256> {
  return writePackage(out, {
    name,
    classes,
    crop,
    ...content,
    metrics: {
      ...metrics,
      samples: { ...sizesOf(split), skipped: skipped.length },
    },
    lineage: origin,
  });
}

function figuresOf({ history, imagesPerSecond, waitingShare }: TrainingRun) {
  return { epochs: history.length, imagesPerSecond, waitingShare };
}
