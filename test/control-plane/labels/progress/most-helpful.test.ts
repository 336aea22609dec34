import t from 'tap';
import {
  type MostHelpful,
  mostHelpful,
} from '../../../../control-plane/src/labels/progress/most-helpful.ts';
import { evidence } from './evidence.ts';

const none = { state: 'no-champion' } as const;
const untested = { state: 'untested' } as const;
const unknown = { state: 'unknown-class' } as const;
const missed = (name: string): Partial<MostHelpful> => ({ class: name, because: 'missed' });

for (const [name, classes, expected] of [
  [
    'what is missed more',
    [evidence('good', 100, [95, 100]), evidence('scratch', 100, [60, 100])],
    missed('scratch'),
  ],
  [
    'missed alike: what has fewer labels',
    [evidence('good', 900, [80, 100]), evidence('scratch', 90, [80, 100])],
    missed('scratch'),
  ],
  [
    'missed less, but with a tenth of the labels',
    [evidence('good', 1900, [70, 100]), evidence('scratch', 100, [80, 100])],
    missed('scratch'),
  ],
  [
    'two of three may be bad luck, forty of a hundred are not',
    [evidence('rare', 100, [1, 3]), evidence('scratch', 100, [60, 100])],
    missed('scratch'),
  ],
  [
    'a class that the champion does not have is missed altogether',
    [evidence('scratch', 50, [20, 100]), evidence('dent', 10, unknown)],
    missed('dent'),
  ],
  [
    'a class that was never tested has no need that anyone knows',
    [evidence('good', 100, [99, 100]), evidence('dent', 0, untested)],
    missed('good'),
  ],
  [
    'nothing missed: nothing is known to help',
    [evidence('good', 100, [40, 40]), evidence('scratch', 5, [7, 7])],
    null,
  ],
  ['nothing tested', [evidence('good', 100, untested), evidence('bad', 1, untested)], null],
  [
    'no champion: the class with the fewest labels',
    [evidence('good', 100, none), evidence('bad', 3, none), evidence('dent', 3, none)],
    { class: 'bad', because: 'fewest', need: null },
  ],
  ['no class', [], null],
] as const) {
  t.match(mostHelpful(classes), expected, name);
}

t.test('the need is what is surely missed, times how much would be new', async (t) => {
  const only = mostHelpful([evidence('scratch', 100, [60, 100])]);
  // 40 of 100 missed: Wilson's lower end, one-sided 95 %, is 0.3229 by R's prop.test.
  t.ok(Math.abs((only?.need as number) - 0.3229 / 2) < 5e-4, String(only?.need));
  t.equal(mostHelpful([evidence('dent', 0, unknown)])?.need, 1);
});
