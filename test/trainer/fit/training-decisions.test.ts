import t from 'tap';
import { checkpointDue } from '../../../trainer/src/fit/checkpoint-due.ts';
import { classWeights } from '../../../trainer/src/fit/class-weights.ts';
import { earlyStopping } from '../../../trainer/src/fit/early-stopping.ts';
import {
  engineOptions,
  partsOfStep,
  phases,
  picturesAStep,
} from '../../../trainer/src/fit/engine-options.ts';
import { oneCycle } from '../../../trainer/src/fit/one-cycle.ts';
import { DEFAULT_RECIPE } from '../../../trainer/src/fit/recipe.ts';
import { StepClock } from '../../../trainer/src/fit/step-clock.ts';
import {
  afterEpoch,
  afterSteps,
  BEGINNING,
  meansOf,
} from '../../../trainer/src/fit/training-progress.ts';

const history = (...losses: number[]) =>
  losses.map((loss) => ({
    loss: 1,
    accuracy: 0.5,
    learningRate: 0.1,
    validation: { loss, accuracy: 0.5 },
  }));

t.test('early stopping', (t) => {
  for (const [what, losses, patience, quantizationAware, best, stop] of [
    ['off', [3, 2, 9, 9, 9], 0, 0, null, false],
    ['nothing yet', [], 2, 0, null, false],
    ['still better', [3, 2, 1], 2, 0, 3, false],
    ['one worse', [3, 2, 4], 2, 0, 2, false],
    ['two worse', [3, 2, 4, 3], 2, 0, 2, true],
    ['equal is not better', [2, 2, 2], 2, 0, 1, true],
    ['no number at first', [Number.NaN, 3, 2], 3, 0, 3, false],
    ['no number at last', [3, 2, Number.NaN, Number.POSITIVE_INFINITY], 2, 0, 2, true],
    ['no number at all, as a checkpoint has it', [null as never, null as never], 2, 0, 1, false],
    ['before rounding', [1, 2, 3, 4, 5], 2, 3, null, false],
    ['rounding begins anew', [1, 2, 3, 4, 5, 6, 7, 4], 2, 3, 8, false],
    ['worse since rounding', [1, 2, 3, 4, 5, 6, 7, 4, 5, 6], 2, 3, 8, true],
  ] as const) {
    const recipe = { epochs: 10, patience, quantizationAware };
    t.same(earlyStopping(history(...losses), recipe), { best, stop }, what);
  }
  t.end();
});

t.test('class weights: the weight of all pictures of a class is the same when balanced', (t) => {
  const classes = ['good', 'rare', 'scratch'];
  const labels = [0, 0, 0, 0, 0, 0, 1, 2, 2];
  t.equal(classWeights('none', labels, classes), null);
  t.same(classWeights('balanced', labels, classes), [0.5, 3, 1.5]);
  t.same(classWeights([1, 5, 1], labels, classes), [1, 5, 1]);
  t.throws(() => classWeights([1, 5], labels, classes), {
    code: 'OPTION_INVALID',
    message: /Expected 3 class weights, for good, rare, scratch .* received 2/,
  });
  t.end();
});

t.test('one cycle: rises over the share that warm-up says, falls to nearly nothing', (t) => {
  for (const [what, step, steps, warmUp, expected] of [
    ['begins at a 25th', 0, 100, 0.25, 0.04],
    ['half-way up', 12.5, 100, 0.25, 0.52],
    ['the peak', 25, 100, 0.25, 1],
    ['a later peak', 50, 100, 0.5, 1],
    ['before it', 25, 100, 0.5, 0.52],
    ['no warm-up', 0, 100, 0, 1],
    ['half-way down', 50, 100, 0, 0.5],
    ['the end', 100, 100, 0.25, 0.0001],
    ['a single step', 0, 1, 0.25, 0.04],
  ] as const) {
    const rate = oneCycle(step, steps, 1, warmUp);
    t.ok(Math.abs(rate - expected) < 1e-4, `${what}: ${rate}`);
  }
  t.end();
});

t.test('a checkpoint is due at the end, after a while, and sooner where an epoch ends', (t) => {
  for (const [moment, seconds, every, due] of [
    ['call', 29, 30, false],
    ['call', 30, 30, true],
    ['epoch', 4, 30, false],
    ['epoch', 5, 30, true],
    ['end', 0, 30, true],
    ['phase', 0, 30, true],
    ['call', 0, 0, true],
    ['epoch', 999, Number.POSITIVE_INFINITY, false],
    ['end', 999, Number.POSITIVE_INFINITY, false],
    ['phase', 0, Number.POSITIVE_INFINITY, true],
  ] as const) {
    t.equal(checkpointDue(moment, seconds, every), due, `${moment} after ${seconds} of ${every}`);
  }
  t.end();
});

t.test('phases: the last epochs round, the ones before do not', (t) => {
  const of = (epochs: number, quantizationAware: number) =>
    phases({ ...DEFAULT_RECIPE, epochs, quantizationAware });
  t.same(of(5, 0), [{ until: 5, quantizationAware: false }]);
  t.same(of(5, 5), [{ until: 5, quantizationAware: true }]);
  t.same(of(5, 2), [
    { until: 3, quantizationAware: false },
    { until: 5, quantizationAware: true },
  ]);
  t.end();
});

t.test('a step has as many pictures as there are, in equal parts', (t) => {
  for (const [batch, accumulation, pictures, expected] of [
    [32, 1, 100, 32],
    [32, 1, 19, 19],
    [32, 4, 19, 16],
    [8, 4, 2, 2],
    [32, 16, 20, 20],
    [32, 16, 5, 4],
    [32, 16, 3, 2],
  ] as const) {
    const recipe = { batch, accumulation };
    t.equal(picturesAStep(recipe, pictures), expected);
    const { part } = partsOfStep(recipe, pictures);
    t.ok(part >= 2, `${part}: of one picture there is no variance`);
    t.ok(part <= batch / accumulation, 'and no more memory than asked for');
  }
  t.end();
});

t.test('what the recipe says reaches the engine', (t) => {
  const recipe = {
    ...DEFAULT_RECIPE,
    batch: 32,
    accumulation: 4,
    optimizer: 'adamw' as const,
    averaging: 0.99,
    frozenStages: 2,
    frozenStatistics: true,
    labelSmoothing: 0.2,
    weightDecay: 0.02,
    size: 96,
    threads: 3,
  };
  const kernels = { conv1: { forward: 'convolve', inputGradient: 'summed' } } as const;
  const compute = { provider: 'cpu', kernels } as const;
  const task = {
    recipe,
    compute,
    classes: 3,
    classWeights: [1, 2, 3],
    pictures: 100,
    init: new Map(),
  };
  t.match(engineOptions(task, true), {
    network: 'resnet18',
    size: 96,
    classes: 3,
    batch: 8,
    accumulation: 4,
    threads: 3,
    optimizer: { kind: 'adamw' },
    weightDecay: 0.02,
    labelSmoothing: 0.2,
    classWeights: [1, 2, 3],
    averaging: 0.99,
    frozenStages: 2,
    frozenStatistics: true,
    quantizationAware: true,
    provider: 'cpu',
    kernels,
  });
  const plain = { ...task, recipe: { ...recipe, averaging: 0, optimizer: 'sgd' as const } };
  t.match(engineOptions(plain, false), {
    averaging: null,
    optimizer: { kind: 'sgd', momentum: 0.9 },
    quantizationAware: false,
  });
  t.end();
});

t.test('progress: sums within an epoch, a point of the curves after it', (t) => {
  const steps = { losses: Float32Array.of(2, 1), correct: Int32Array.of(1, 3) };
  const within = afterSteps(afterSteps(BEGINNING, steps), steps);
  t.match(within, { steps: 4, loss: 6, correct: 8, history: [] });
  t.same(meansOf(within, 4), { loss: 1.5, accuracy: 0.5 });
  const [figures] = history(0.7);
  t.same(afterEpoch(within, figures as never), { ...BEGINNING, history: [figures] });
  t.end();
});

t.test('the clock tells waiting for pictures from steps, and leaves out the rest', async (t) => {
  let now = 0;
  const clock = new StepClock(() => now);
  t.same([clock.waitingShare, clock.secondsPerStep, clock.imagesPerSecond(8)], [0, 0, 0]);
  for (let call = 0; call < 2; call++) {
    now += 5000;
    clock.begin();
    now += 100;
    await clock.steps(3, async () => {
      now += 900;
    });
  }
  t.equal(clock.waitingShare, 0.1);
  t.equal(clock.imagesPerSecond(8), 24);
});
