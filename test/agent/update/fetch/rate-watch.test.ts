import { bytes, millis } from '@edgeloop/protocol';
import t from 'tap';
import { RateWatch } from '../../../../agent/src/update/fetch/rate-watch.ts';

/** 100 bytes a second over each 10 s that are waited. */
const open = () => new RateWatch({ minRate: bytes(100), rateWindow: millis(10_000) });
/** How many pieces it takes until it is too slow; null: it never is. */
const patience = (size: number, waited: number): number | null => {
  const watch = open();
  for (let piece = 1; piece <= 1000; piece++) if (watch.add(size, waited)) return piece;
  return null;
};

t.test('a server is too slow when a window of waiting brought too little', async (t) => {
  t.equal(patience(1, 1_000), 10);
  t.equal(patience(99, 1_000), 10);
  t.equal(patience(100, 1_000), null);
  t.equal(patience(1, 20_000), 1, 'one long wait');
  t.equal(patience(10_000, 20_000), null, 'that was worth it');
  t.equal(patience(0, 0), null, 'nothing was waited for');
});

t.test('what it brought early does not pay for later', async (t) => {
  const watch = open();
  t.notOk(watch.add(1_000_000, 10_000));
  for (let piece = 1; piece < 10; piece++) t.notOk(watch.add(1, 1_000));
  t.ok(watch.add(1, 1_000));
});
