import t from 'tap';
import { testedShare } from '../../../../control-plane/src/labels/progress/champion-test.ts';
import type { ClassEvidence } from '../../../../control-plane/src/labels/progress/class-evidence.ts';
import { gainInWords } from '../../../../control-plane/src/labels/progress/gain-in-words.ts';
import { mostHelpful } from '../../../../control-plane/src/labels/progress/most-helpful.ts';
import { evidence } from './evidence.ts';

const queue = { waiting: 41, unsure: 30, uncertainty: 0.7 };
const test = { overall: testedShare(188, 200), classes: new Map() };
const words = (classes: readonly ClassEvidence[], given = {}) =>
  gainInWords({ test, hasChampion: true, classes, helpful: mostHelpful(classes), ...given });

t.test('everything is known', async (t) => {
  const scratch = { newLabels: 40, queue, lately: { guessed: 12, wrong: 5 } };
  t.same(
    words([
      evidence('good', 500, [160, 160], { newLabels: 47 }),
      evidence('scratch', 45, [28, 40], scratch),
    ]),
    [
      'The champion is wrong on 12 of 200 test samples (6.0 %, between 3.5 % and 10 %). No training can gain more than that on them.',
      '87 labels are new to it: good 47, scratch 40.',
      '100 more of scratch would help most: the champion misses 12 of 40 test samples of it (30 %, between 18 % and 45 %), and of the latest 12 labelled so models had taken 5 for another, 45 labels so far. 41 wait that the model takes for scratch, 30 of them unsure.',
    ],
  );
});

t.test('what is not known is said', async (t) => {
  const untested = evidence('dent', 3, { state: 'untested' });
  const [, fresh, helps, few, ...rest] = words([untested, evidence('rust', 9, [4, 4])]);
  t.match(fresh, /^Nothing was labelled since its dataset/);
  t.equal(helps, 'Of no class is it known that more labels would help.');
  t.match(few, /^Fewer than 30 test samples, too few to say much: dent \(0\), rust \(4\)\.$/);
  t.same(rest, []);

  const [never] = words([untested], { test: null });
  t.match(never, /brought no test with it/);
  const [, elsewhere] = words([evidence('good', 1, [9, 9], { newLabels: null })]);
  t.match(elsewhere, /its dataset is not here/);
});

t.test('a class that the champion does not have, of which nothing waits', async (t) => {
  const [, , helps] = words([evidence('dent', 1, { state: 'unknown-class' })]);
  t.equal(
    helps,
    '100 more of dent would help most: the champion does not have this class, 1 label so far. Nothing waits that the model takes for dent: import some, or let devices sample more.',
  );
});

t.test('without a champion', async (t) => {
  const none = { state: 'no-champion' } as const;
  const classes = [evidence('good', 20, none, { newLabels: null }), evidence('bad', 3, none)];
  const sentences = words(classes, { hasChampion: false, test: null });
  t.equal(sentences.length, 2);
  t.match(sentences[0], /No model is champion yet/);
  t.match(sentences[1], /^100 more of bad would help most: it has the fewest labels, 3 labels/);
  t.equal(words([], { hasChampion: false, test: null }).length, 1, 'no class, no advice');
});
