import t from 'tap';
import {
  type Admission,
  admitFrame,
  type Conditions,
} from '../../../agent/src/shadow/admit-frame.ts';

const COOL: Conditions = { number: 5, every: 5, busy: false, celsius: 50, maxCelsius: 75 };

const CASES: readonly (readonly [string, Partial<Conditions>, Admission])[] = [
  ['its turn', {}, 'compare'],
  ['every frame', { number: 7, every: 1 }, 'compare'],
  ['not its turn', { number: 11 }, 'not its turn'],
  ['not its turn, and busy', { number: 11, busy: true }, 'not its turn'],
  ['busy', { busy: true }, 'busy'],
  ['a degree below', { celsius: 74.9 }, 'compare'],
  ['too hot', { celsius: 75 }, 'hot'],
  ['too hot and busy', { celsius: 90, busy: true }, 'hot'],
  ['nobody knows how hot', { celsius: null }, 'compare'],
];
for (const [name, conditions, admission] of CASES) {
  t.test(name, async (t) => {
    t.equal(admitFrame({ ...COOL, ...conditions }), admission);
  });
}

t.test('of cameras that take turns each is seen, and one frame in so many', async (t) => {
  for (const cameras of [1, 2, 3, 4, 5, 8]) {
    for (const every of [1, 2, 5, 10, 20]) {
      const seen = Array.from({ length: cameras }, () => 0);
      for (let number = 1; number <= 400 * every; number++) {
        const admission = admitFrame({ ...COOL, number, every });
        if (admission === 'compare') seen[number % cameras] = (seen[number % cameras] ?? 0) + 1;
      }
      t.equal(
        seen.reduce((a, b) => a + b),
        400,
      );
      t.ok(Math.min(...seen) > 300 / cameras, `${cameras} cameras, every ${every}: ${seen}`);
    }
  }
});
