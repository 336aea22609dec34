import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { heldBy } from '../stand/machine/held-by.ts';

const forever = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });

t.test('the first that ends it says why', async (t) => {
  const [one, two] = [new AbortController(), new AbortController()];
  const work = untilAny([one.signal, two.signal, millis(60_000)], forever);
  two.abort(new Error('closing'));
  await t.rejects(work, { message: 'closing' });
  await t.rejects(untilAny([one.signal, two.signal], forever), { message: 'closing' }, 'at once');
  const late = t.rejects(untilAny([one.signal, millis(5)], forever), { name: 'TimeoutError' });
  // Its timer keeps no process.
  await Promise.all([late, delay(50)]);
});

t.test('what is done gives what it does, and no time ends it later', async (t) => {
  let given: AbortSignal | null = null;
  const done = await untilAny([millis(20)], async (signal) => {
    given = signal;
    return 1;
  });
  await delay(60);
  t.equal(done, 1);
  t.equal((given as AbortSignal | null)?.aborted, false);
});

t.test('a signal that lives on keeps nothing of what was done beside it', async (t) => {
  const closing = new AbortController();
  const during: number[] = [];
  for (let i = 0; i < 100; i++) {
    const work = untilAny([closing.signal, millis(60_000)], async () => {
      during.push(getEventListeners(closing.signal, 'abort').length);
      if (i % 2) throw new Error('failed');
    });
    await work.catch(() => {});
  }
  t.same(new Set(during), new Set([1]));
  t.equal(heldBy(closing.signal), 0);
});
