import t from 'tap';
import { adviceOnMissing } from '../../../trainer/src/fit/missing-weights.ts';
import { completeRecipe, type Recipe } from '../../../trainer/src/fit/recipe.ts';

const LAST = ['layer4.0.conv1', 'layer4.1.conv2'];
const alone = { frozenStages: 4, frozenStatistics: false };

for (const [what, missing, given, advice] of [
  [
    'by default everything is advised',
    LAST,
    {},
    '--frozen-stages 4 --no-frozen-statistics --learning-rate 0.05',
  ],
  [
    'the stages before the first that lacks something stay',
    ['layer2.0.downsample.0', ...LAST],
    {},
    '--frozen-stages 2 --no-frozen-statistics --learning-rate 0.05',
  ],
  ['only what was not said', LAST, { ...alone }, '--learning-rate 0.05'],
  ["the optimizer's own rate", LAST, { ...alone, optimizer: 'adamw' }, '--learning-rate 0.001'],
  ['nothing where all was said', LAST, { ...alone, learningRate: 0.05 }, null],
] as readonly (readonly [string, string[], Partial<Recipe>, string | null])[]) {
  t.test(what, async (t) => {
    const text = adviceOnMissing(missing, completeRecipe(given, true));
    const told = `Not in the weights, begun at random: ${missing.join(', ')}.`;
    t.equal(text, advice === null ? told : `${told} Try ${advice}`);
  });
}
