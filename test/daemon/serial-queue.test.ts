import { SerialQueue } from '@edgeloop/daemon';
import t from 'tap';

t.test('one after the other, and one that fails holds up no other', async (t) => {
  const turns = new SerialQueue();
  const seen: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const one = turns.run(async () => {
    seen.push('one begins');
    await finished;
    seen.push('one ends');
    throw new Error('failed');
  });
  const two = turns.run(async () => {
    seen.push('two');
    return 2;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.same(seen, ['one begins']);
  finish();
  await t.rejects(one, { message: 'failed' });
  t.equal(await two, 2);
  t.same(seen, ['one begins', 'one ends', 'two']);
});

t.test('idle when all is done that was asked for, whatever became of it', async (t) => {
  const turns = new SerialQueue();
  await turns.idle();
  let done = false;
  const failed = turns.run(async () => {
    throw new Error('failed');
  });
  failed.catch(() => {});
  const last = turns.run(async () => {
    done = true;
  });
  await turns.idle();
  t.ok(done);
  await last;
});
