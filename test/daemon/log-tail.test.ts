import { LogTail } from '@edgeloop/daemon';
import t from 'tap';

t.test('the newest lines of a log are kept, within bounds', async (t) => {
  const tail = new LogTail();
  t.same(tail.newest(10), []);
  for (let i = 0; i < 1500; i++) tail.add(`line ${i}\n`);
  t.equal(tail.newest(5000).length, 1000);
  t.same(tail.newest(2), ['line 1498', 'line 1499']);
  tail.add('x'.repeat(10_000));
  t.equal(tail.newest(1)[0]?.length, 4096, 'a long line is cut');
  for (let i = 0; i < 200; i++) tail.add('y'.repeat(4096));
  const kept = tail.newest(1000);
  t.ok(kept.length >= 60 && kept.length <= 64, `${kept.length} lines of 4 KiB`);
  t.ok(kept.every((line) => line.startsWith('y')));
});
