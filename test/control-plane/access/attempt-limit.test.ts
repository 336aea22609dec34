import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { AttemptLimit } from '../../../control-plane/src/access/attempt-limit.ts';

function limit(bound = 100) {
  let now = 1000;
  const it = new AttemptLimit({
    free: 2,
    firstWait: millis(100),
    longestWait: millis(350),
    bound,
    now: () => epochMillis(now),
  });
  return { it, pass: (time: number) => (now += time) };
}

t.test(
  'the wait doubles with each failure, up to a bound, and is forgotten after that long',
  async (t) => {
    const { it, pass } = limit();
    const waits = Array.from({ length: 6 }, () => {
      it.failed('a');
      return Number(it.wait('a'));
    });
    t.same(waits, [0, 0, 100, 200, 350, 350]);
    t.equal(it.wait('b'), 0, 'each for itself');
    pass(300);
    t.equal(it.wait('a'), 50);
    pass(50 + 350);
    it.failed('a');
    t.equal(it.wait('a'), 350, 'not yet');
    pass(350 + 351);
    it.failed('a');
    t.equal(it.wait('a'), 0, 'a typing error again');
  },
);

t.test('a clock that was ahead keeps nobody out', async (t) => {
  const { it, pass } = limit();
  pass(1_000_000);
  for (let i = 0; i < 4; i++) it.failed('a');
  t.equal(it.wait('a'), 200);
  pass(-1_000_000);
  t.equal(it.wait('a'), 0);
  it.failed('a');
  t.equal(it.wait('a'), 350, 'and takes no failure back');
});

t.test('remembers so many keys and no more', async (t) => {
  const { it } = limit(2);
  for (const key of ['a', 'a', 'a', 'b', 'c']) it.failed(key);
  t.equal(it.wait('a'), 0, 'the oldest is forgotten');
});
