import fc from 'fast-check';
import t from 'tap';
import { TopK } from '../../../control-plane/src/predictions/top-k.ts';

t.test('the first few are those that sorting all of them would give', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (numbers, most) => {
      const top = new TopK<number>(most, (a, b) => a - b);
      for (const number of numbers) top.add(number);
      t.strictSame(top.items(), numbers.toSorted((a, b) => a - b).slice(0, most));
    }),
  );
});
