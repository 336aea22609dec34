import t from 'tap';
import { findShortcut } from '../../../control-plane/dashboard/src/ui/shortcuts.ts';

const BOUND = ['n', '?', '+', '1', 'ArrowLeft', 'é'].map((key) => ({ key }));

for (const [pressed, expected] of [
  ['n', 'n'],
  // Caps Lock, or Shift: there is no other N.
  ['N', 'n'],
  ['É', 'é'],
  ['?', '?'],
  ['/', undefined],
  ['+', '+'],
  ['=', undefined],
  ['1', '1'],
  ['!', undefined],
  ['ArrowLeft', 'ArrowLeft'],
  ['arrowleft', undefined],
] as const) {
  t.test(`${pressed} is ${expected ?? 'nothing'}`, async (t) => {
    t.equal(findShortcut(BOUND, pressed)?.key, expected);
  });
}

t.test('where both cases are bound, each is its own', async (t) => {
  const both = [{ key: 'n' }, { key: 'N' }];
  t.equal(findShortcut(both, 'N'), both[1]);
  t.equal(findShortcut(both, 'n'), both[0]);
});
