import fc from 'fast-check';
import t from 'tap';
import { Foremost } from '../../../control-plane/src/predictions/foremost.ts';

t.test('the first few are those that sorting all of them would give', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (numbers, most) => {
      const foremost = new Foremost<number>(most, (a, b) => a - b);
      for (const number of numbers) foremost.add(number);
      t.strictSame(foremost.items(), numbers.toSorted((a, b) => a - b).slice(0, most));
    }),
  );
});
