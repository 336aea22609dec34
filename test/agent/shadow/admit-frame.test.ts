import t from 'tap';
import {
  type Admission,
  admitFrame,
  type Conditions,
} from '../../../agent/src/shadow/admit-frame.ts';

const COOL: Conditions = { number: 10, every: 5, busy: false, celsius: 50, maxCelsius: 75 };

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
