import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { NewestFrame } from '../../../agent/src/camera/newest-frame.ts';

const frame = (name: string) => ({
  image: { kind: 'encoded', bytes: new Uint8Array() } as const,
  capturedAt: epochMillis(0),
  monotonic: millis(0),
  name,
});

t.test('the newest wins, and what it displaced is told', async (t) => {
  const newest = new NewestFrame();
  t.equal(newest.offer(frame('a')), false);
  t.equal(newest.offer(frame('b')), true);
  t.equal((await newest.take())?.name, 'b');
});

t.test('who waits gets the next, and nothing after the end', async (t) => {
  const newest = new NewestFrame();
  const taken = newest.take();
  newest.offer(frame('a'));
  t.equal((await taken)?.name, 'a');
  newest.offer(frame('b'));
  newest.close();
  t.equal((await newest.take())?.name, 'b', 'what waits is still handed out');
  t.equal(await newest.take(), null);
});
