import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { RateLimit } from '../../../control-plane/src/ingest/rate-limit.ts';

t.test('each key passes once in a while, also when the clock is set back', async (t) => {
  let now = 1_000_000;
  const limit = new RateLimit(millis(1000), () => epochMillis(now));
  t.same(
    ['a', 'a', 'b'].map((key) => limit.mayPass(key)),
    [true, false, true],
  );
  now += 999;
  t.notOk(limit.mayPass('a'));
  now += 1;
  t.ok(limit.mayPass('a'));
  now -= 500_000;
  t.ok(limit.mayPass('a'));
});
