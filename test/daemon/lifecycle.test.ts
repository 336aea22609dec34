import { Lifecycle } from '@edgeloop/daemon';
import pino from 'pino';
import t from 'tap';

const log = pino({ level: 'silent' });

t.test('parts close in reverse, once, also when one of them fails to', async (t) => {
  const closed: string[] = [];
  const parts = new Lifecycle(log);
  parts.add(() => void closed.push('first'));
  parts.add(() => Promise.reject(new Error('stuck')));
  parts.add(() => void closed.push('third'));
  await Promise.all([parts.close(), parts.close()]);
  t.same(closed, ['third', 'first']);
});

t.test('what was started is closed when a later part fails', async (t) => {
  const closed: string[] = [];
  const parts = new Lifecycle(log);
  const start = parts.start(async () => {
    parts.add(() => void closed.push('first'));
    throw new Error('the second');
  });
  await t.rejects(start, { message: 'the second' });
  t.same(closed, ['first']);
});

/** Parts whose second is held up while it starts. */
function heldUp() {
  const told: string[] = [];
  const parts = new Lifecycle(log);
  let goOn = () => {};
  const start = parts.start(async () => {
    parts.add(() => void told.push('first closed'));
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    told.push('second started');
    parts.add(() => void told.push('second closed'));
    told.push('third started');
  });
  const ended = start.then(
    () => 'resolved',
    ({ name }: Error) => name,
  );
  return { parts, told, ended, goOn: () => goOn() };
}

t.test('a start on its way goes no further, and leaves nothing running', async (t) => {
  const { parts, told, ended, goOn } = heldUp();
  await parts.close();
  t.same(told, ['first closed'], 'who ends the process need not wait for it');
  goOn();
  t.equal(await ended, 'AbortError');
  t.same(told, ['first closed', 'second started', 'second closed']);
});

t.test('who goes on with the same names waits for it', async (t) => {
  const { parts, told, ended, goOn } = heldUp();
  const closed = parts.closeAfterStart().then(() => told.push('all closed'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.same(told, []);
  t.ok(parts.closing.aborted);
  goOn();
  await closed;
  t.same(told, ['second started', 'second closed', 'first closed', 'all closed']);
  t.equal(await ended, 'AbortError');
});

t.test('a start that ends just when all is closed has not succeeded', async (t) => {
  const parts = new Lifecycle(log);
  const closed: string[] = [];
  const start = parts.start(async () => {
    parts.add(() => void closed.push('only'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  await Promise.all([parts.closeAfterStart(), t.rejects(start, { name: 'AbortError' })]);
  t.same(closed, ['only']);
});
