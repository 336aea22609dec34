import { Parts } from '@edgeloop/daemon';
import pino from 'pino';
import t from 'tap';

const log = pino({ level: 'silent' });

t.test('parts close in reverse, once, also when one of them fails to', async (t) => {
  const closed: string[] = [];
  const parts = new Parts(log);
  parts.add(() => void closed.push('first'));
  parts.add(() => Promise.reject(new Error('stuck')));
  parts.add(() => void closed.push('third'));
  await Promise.all([parts.close(), parts.close()]);
  t.same(closed, ['third', 'first']);
});

t.test('what was started is closed when a later part fails', async (t) => {
  const closed: string[] = [];
  const parts = new Parts(log);
  const start = parts.start(async () => {
    parts.add(() => void closed.push('first'));
    throw new Error('the second');
  });
  await t.rejects(start, { message: 'the second' });
  t.same(closed, ['first']);
});
