import { type Millis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { addressKey } from '../../../../control-plane/src/access/address-key.ts';
import { ConnectLimits } from '../../../../control-plane/src/broker/access/connect-limits.ts';
import { KeyedRate } from '../../../../control-plane/src/broker/access/keyed-rate.ts';
import { type Bucket, refill } from '../../../../control-plane/src/broker/access/token-bucket.ts';

const RATE = { burst: 3, perSecond: 2 };
const at = (tokens: number, time: number): Bucket => ({ tokens, at: millis(time) });

for (const [name, bucket, now, tokens] of [
  ['a new one is full', undefined, 0, 3],
  ['nothing comes in no time', at(0, 100), 100, 0],
  ['half a second', at(0, 100), 600, 1],
  ['a piece of one', at(1, 0), 250, 1.5],
  ['never more than the burst', at(2, 0), 60_000, 3],
  ['a clock that went back', at(1, 5000), 0, 1],
] as [string, Bucket | undefined, number, number][]) {
  t.equal(refill(bucket, RATE, millis(now)).tokens, tokens, name);
}

for (const [address, key] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
] as const) {
  t.equal(addressKey(address), key, `${address} counts as ${key}`);
}

t.test('each key has its own, and no more keys are remembered than there may be', async (t) => {
  let now = millis(0);
  const rate = new KeyedRate({ burst: 1, perSecond: 1 }, () => now, 2);
  t.same(
    [rate.take('a'), rate.take('a'), rate.take('b'), rate.take('b')],
    [true, false, true, false],
  );
  now = millis(1000);
  t.equal(rate.take('a'), true, 'a second later');
  for (let i = 0; i < 1000; i++) rate.take(`key ${i}`);
  t.equal(rate.size, 2);
});

t.test('failed attempts: the answers are slower and slower, then none is tried', async (t) => {
  let now = millis(0);
  const limits = new ConnectLimits(
    {
      address: { burst: 1000, perSecond: 1 },
      client: { burst: 1000, perSecond: 1 },
      failures: { burst: 8, perSecond: 0.5 },
    },
    () => now,
  );
  const waits: Millis[] = [];
  while (limits.mayTry('192.0.2.7', 'pi')) waits.push(limits.failed('192.0.2.7'));
  t.same(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  t.equal(limits.mayTry('192.0.2.8', 'pi'), true, 'another address is not kept waiting');
  now = millis(2000);
  t.equal(limits.mayTry('192.0.2.7', 'pi'), true, 'one more after two seconds');
});

t.test(
  'two devices with one client id are slowed down, others of the address are not',
  async (t) => {
    const limits = new ConnectLimits(
      {
        address: { burst: 3, perSecond: 1 },
        client: { burst: 2, perSecond: 1 },
        failures: { burst: 1, perSecond: 1 },
      },
      () => millis(0),
    );
    const tries = ['pi', 'pi', 'pi', 'other'].map((id) => limits.mayTry('192.0.2.7', id));
    t.same(tries, [true, true, false, true]);
    const arrivals = [1, 2, 3, 4].map(() => limits.mayArrive('192.0.2.7'));
    t.same(arrivals, [true, true, true, false]);
  },
);
