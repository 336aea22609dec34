import t from 'tap';
import { fitCommand } from '../../../trainer/src/commands/fit-command.ts';
import { checkRecipe } from '../../../trainer/src/fit/check-recipe.ts';
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
    t.equal(text, advice === null ? told : `${told} Try the same with --force ${advice}`);
  });
}

/** What `fit` makes of a command line: its recipe, and whether it replaces what is there. */
function parsed(...flags: string[]): { recipe: Recipe; force: boolean } {
  const folders = { weightsFolder: '', kernelFolder: '' };
  const command = fitCommand('0.0.0', folders, new AbortController().signal).action(() => {});
  command.parse(['pictures', '--out', 'model', '--init', 'resnet18', ...flags], { from: 'user' });
  const { force, ...options } = command.opts();
  return { recipe: completeRecipe(options, true), force };
}

for (const before of [
  [],
  ['--frozen-statistics', '--frozen-stages', '2', '--learning-rate', '0.001'],
  ['--optimizer', 'adamw'],
]) {
  t.test(`behind ${before.join(' ') || 'the defaults'} fit takes what it advises`, async (t) => {
    const [, flags = ''] = adviceOnMissing(LAST, parsed(...before).recipe).split(' with ');
    const { recipe, force } = parsed(...before, ...flags.split(' '));
    checkRecipe(recipe);
    t.ok(force, 'what it has begun is replaced');
    t.match(recipe, alone);
    t.notMatch(adviceOnMissing(LAST, recipe), 'Try', 'nothing is left to advise');
  });
}
