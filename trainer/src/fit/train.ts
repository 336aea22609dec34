import type { TrainingEngine, Weights } from '@edgeloop/onnx';
import { ahead } from '../augment/ahead.ts';
import { stepsPerEpoch, type TrainingCall, trainingCalls } from '../augment/batches.ts';
import type { Sample } from '../dataset/image-folder.ts';
import type { RunIdentity } from '../run/checkpoint.ts';
import type { EpochWeights, RunFolder } from '../run/run-folder.ts';
import type { RunTime } from '../run/run-time.ts';
import { CallLength } from './call-length.ts';
import { checkpointDue, type Moment } from './checkpoint-due.ts';
import { earlyStopping } from './early-stopping.ts';
import {
  engineOptions,
  type Phase,
  phases,
  picturesAStep,
  type TrainingTask,
} from './engine-options.ts';
import { onEngine } from './on-engine.ts';
import { oneCycle } from './one-cycle.ts';
import type { Report } from './progress.ts';
import { StepClock } from './step-clock.ts';
import {
  afterEpoch,
  afterSteps,
  BEGINNING,
  meansOf,
  type Progress,
  type Validation,
} from './training-progress.ts';

export interface TrainingOptions {
  readonly task: TrainingTask;
  readonly samples: readonly Sample[];
  readonly run: RunFolder;
  readonly identity: RunIdentity;
  readonly time: () => RunTime;
  /**
   * Seconds between checkpoints within an epoch; 0 for one after every step; infinite for none to
   * go on from.
   */
  readonly checkpointSeconds: number;
  /** After every epoch; null for not at all. */
  readonly validate: ((weights: Weights) => Promise<Validation>) | null;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface TrainingRun {
  readonly weights: Weights;
  readonly history: Progress['history'];
  readonly imagesPerSecond: number;
  /** Share of the time that the engine waited for pictures. */
  readonly waitingShare: number;
}

/**
 * Calls whose pictures are made before they are asked for, within a bound of memory: at least one.
 */
const CALLS_AHEAD = 3;
const BYTES_AHEAD = 256 * 1024 * 1024;

const NOT_VALIDATED: Validation = { accuracy: 0, loss: 0 };

/** Trains the whole network, from the run's checkpoint on where it has one. */
export class Training {
  readonly #options: TrainingOptions;
  readonly #batch: number;
  /** Of an epoch. */
  readonly #steps: number;
  readonly #clock = new StepClock();
  readonly #callLength: CallLength;
  #progress: Progress;
  #best: EpochWeights | null = null;
  #lastSave = performance.now();

  constructor(options: TrainingOptions) {
    const { task, samples, run } = options;
    this.#options = options;
    this.#batch = picturesAStep(task.recipe, samples.length);
    this.#steps = stepsPerEpoch(samples.length, this.#batch);
    const { size } = task.recipe;
    this.#callLength = new CallLength({ ...task.compute, size, batch: this.#batch });
    this.#progress = run.saved?.progress ?? BEGINNING;
  }

  /**
   * @throws TrainerError `FIT_INTERRUPTED` when the signal aborts; OnnxError `TRAINING_DIVERGED`,
   * `SESSION_FAILED`.
   */
  async finish(): Promise<TrainingRun> {
    const { task, run, signal } = this.#options;
    const { best } = this.#earlyStopping;
    if (best !== null) this.#best = await run.best(best);
    let last: Weights | null = null;
    for (const phase of phases(task.recipe)) {
      const done = this.#earlyStopping.stop || this.#progress.history.length >= phase.until;
      // Where no weights were kept as the best, the engine of the last phase has them, even when it
      // is done.
      if (done && (this.#best || phase.until < task.recipe.epochs)) continue;
      const calls = this.#callsUntil(phase);
      const options = engineOptions(task, phase.quantizationAware);
      last = await onEngine(task.recipe.engine, options, signal, async (engine) => {
        this.#reportEngine(engine);
        await run.restore(engine);
        return (await this.#epochs(engine, calls, phase)) ?? engine.weights();
      });
    }
    return {
      weights: this.#best?.weights ?? (last as Weights),
      history: this.#progress.history,
      imagesPerSecond: this.#clock.imagesPerSecond(this.#batch),
      waitingShare: this.#clock.waitingShare,
    };
  }

  /**
   * The ONNX engine's provider was told when it was chosen; a TensorFlow.js is known once it runs.
   */
  #reportEngine({ runtime }: TrainingEngine): void {
    const { task, report } = this.#options;
    if (task.recipe.engine === 'onnx') return;
    report({ kind: 'phase', text: `Training on ${runtime}` });
  }

  get #earlyStopping() {
    return earlyStopping(this.#progress.history, this.#options.task.recipe);
  }

  #callsUntil({ until }: Phase): AsyncIterable<TrainingCall> {
    const { samples, task, checkpointSeconds } = this.#options;
    const { recipe } = task;
    const { size, epochs, warmUp } = recipe;
    const single = checkpointSeconds === 0;
    const bytes = (single ? 1 : this.#callLength.most) * this.#batch * size * size * 3;
    const most = Math.min(CALLS_AHEAD, Math.max(1, Math.floor(BYTES_AHEAD / bytes)));
    const { history, steps: step } = this.#progress;
    const learningRate = (at: number) =>
      oneCycle(at, epochs * this.#steps, recipe.learningRate, warmUp);
    const stepsOfCall = () => (single ? 1 : this.#callLength.steps);
    const options = { ...recipe, batch: this.#batch, stepsOfCall, learningRate };
    return ahead(trainingCalls(samples, { epoch: history.length, step, until }, options), most);
  }

  /** Weights after the last epoch; null where none was left to train, or none was validated. */
  async #epochs(
    engine: TrainingEngine,
    calls: AsyncIterable<TrainingCall>,
    { until }: Phase,
  ): Promise<Weights | null> {
    let weights: Weights | null = null;
    this.#clock.begin();
    for await (const { batches, last } of calls) {
      const { learningRates } = batches;
      const begun = performance.now();
      const results = await this.#clock.steps(learningRates.length, () => engine.train(batches));
      this.#callLength.took(learningRates.length, performance.now() - begun);
      const learningRate = learningRates.at(-1) ?? 0;
      this.#progress = afterSteps(this.#progress, results);
      this.#reportStep(learningRate);
      if (last) {
        weights = this.#options.validate && (await engine.weights());
        await this.#endEpoch(weights, learningRate);
      }
      const over = this.#earlyStopping.stop || this.#progress.history.length === until;
      const end = until < this.#options.task.recipe.epochs ? 'phase' : 'end';
      await this.#save(engine, over ? end : last ? 'epoch' : 'call');
      if (over) break;
      this.#clock.begin();
    }
    return weights;
  }

  async #endEpoch(weights: Weights | null, learningRate: number): Promise<void> {
    const { validate, report, task } = this.#options;
    const validation = (weights && (await validate?.(weights))) ?? NOT_VALIDATED;
    const means = meansOf(this.#progress, this.#batch);
    this.#progress = afterEpoch(this.#progress, { ...means, validation, learningRate });
    const epoch = this.#progress.history.length;
    report({
      kind: 'epoch',
      epoch,
      epochs: task.recipe.epochs,
      ...means,
      learningRate,
      validationAccuracy: validation.accuracy,
      validationLoss: validation.loss,
    });
    const { best, stop } = this.#earlyStopping;
    if (weights && best === epoch) this.#best = { epoch, weights };
    if (stop && epoch < task.recipe.epochs) {
      report({ kind: 'phase', text: `Stopped early: no epoch was better than ${best}` });
    }
  }

  #reportStep(learningRate: number): void {
    const { report, task } = this.#options;
    const { epochs } = task.recipe;
    const { history, steps: inEpoch } = this.#progress;
    const [step, steps] = [history.length * this.#steps + inEpoch, epochs * this.#steps];
    report({
      kind: 'step',
      epoch: history.length + 1,
      epochs,
      step,
      steps,
      learningRate,
      ...meansOf(this.#progress, this.#batch),
      imagesPerSecond: this.#clock.imagesPerSecond(this.#batch),
      waitingShare: this.#clock.waitingShare,
      secondsLeft: this.#clock.secondsPerStep * (steps - step),
    });
  }

  async #save(engine: TrainingEngine, moment: Moment): Promise<void> {
    const { run, identity, time, checkpointSeconds } = this.#options;
    const since = (performance.now() - this.#lastSave) / 1000;
    if (!checkpointDue(moment, since, checkpointSeconds)) return;
    await run.save(engine, { identity, progress: this.#progress, time: time() }, this.#best);
    this.#lastSave = performance.now();
  }
}
