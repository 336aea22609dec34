import { SIDE_MULTIPLE } from '@edgeloop/onnx';
import { JobRecipe } from '@edgeloop/protocol';
import t from 'tap';
import { checkRecipe } from '../../../trainer/src/fit/check-recipe.ts';
import { completeRecipe, DEFAULT_RECIPE, type Recipe } from '../../../trainer/src/fit/recipe.ts';

t.test('rates and decays follow from optimizer and beginning, unless they are said', (t) => {
  for (const [given, fineTuning, expected] of [
    [{}, false, { learningRate: 0.05, weightDecay: 5e-4, probeEpochs: 0, frozenStatistics: false }],
    [{}, true, { learningRate: 0.005, weightDecay: 5e-4, probeEpochs: 50, frozenStatistics: true }],
    [{ optimizer: 'adamw' }, false, { learningRate: 0.001, weightDecay: 0.05 }],
    [{ optimizer: 'adamw' }, true, { learningRate: 0.0001, weightDecay: 0.05 }],
    [{ learningRate: 0.3, probeEpochs: 2 }, true, { learningRate: 0.3, probeEpochs: 2 }],
  ] as const) {
    t.match(completeRecipe(given, fineTuning), expected);
  }
  t.doesNotThrow(() => checkRecipe(completeRecipe({}, true)));
  t.end();
});

for (const [given, message] of [
  [{ size: 50 }, /a multiple of 32 at least 32 and at most 448 for size, received 50/],
  [{ size: 480 }, /for size, received 480/],
  [{ epochs: 0 }, /whole number at least 1 and at most 10000 for epochs, received 0/],
  [{ batch: 1 }, /whole number at least 2 and at most 1024 for batch, received 1/],
  [{ momentum: 1 }, /number at least 0 and less than 1 for momentum, received 1/],
  [{ learningRate: 50 }, /more than 0 and at most 10 for learningRate, received 50/],
  [{ threads: 0 }, /whole number from 1 for threads, received 0/],
  [{ batch: 30, accumulation: 4 }, /equal parts .* batch of 30 in 4/],
  [{ batch: 8, accumulation: 8 }, /parts of 2 pictures or more/],
  [{ warmUp: 1 }, /number at least 0 and at most 0\.9 for warmUp, received 1/],
  [{ labelSmoothing: 1 }, /for labelSmoothing, received 1/],
  [{ weightDecay: -1 }, /for weightDecay, received -1/],
  [{ averaging: 1 }, /for averaging, received 1/],
  [{ frozenStages: 6 }, /at least 0 and at most 5 for frozenStages, received 6/],
  [{ patience: 1.5 }, /for patience, received 1\.5/],
  [{ colourJitter: 2 }, /at least 0 and at most 1 for colourJitter, received 2/],
  [{ epochs: 3, quantizationAware: 4 }, /from 0 to the 3 epochs for quantizationAware, received 4/],
  [{ classWeights: [1, 0] }, /above 0 for classWeights, received 1,0/],
  [{ cropScale: [0.9, 0.5] }, /for cropScale, received 0\.9,0\.5/],
] as readonly (readonly [Partial<Recipe>, RegExp])[]) {
  t.test(`${JSON.stringify(given)} is refused`, (t) => {
    t.throws(() => checkRecipe({ ...DEFAULT_RECIPE, ...given }), {
      code: 'OPTION_INVALID',
      message,
    });
    t.end();
  });
}

for (const size of [32, 160, 192, 224, 448]) {
  t.doesNotThrow(() => checkRecipe({ ...DEFAULT_RECIPE, size }), `${size} pixels`);
}

t.match(JobRecipe.properties.size, { multipleOf: SIDE_MULTIPLE }, 'what the network takes');
