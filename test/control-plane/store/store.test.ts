import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';

t.test('a thread that died is replaced, once for all calls that it took with it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const threads: Worker[] = [];
  const note = (worker: Worker) => threads.push(worker);
  process.on('worker', note);
  t.teardown(() => process.off('worker', note));
  const store = new Store(folder);
  t.teardown(() => store.close());
  await store.start();

  const each: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['the writing one', () => store.watermarks()],
    ['the reading one', () => store.read('countDevices', null)],
  ];
  for (const [place, [name, call]] of each.entries()) {
    await call();
    // In the order of starting: the first of each, then what took its place.
    const idle = threads[place] as Worker;
    await idle.terminate();
    const before = threads.length;
    await t.rejects(call(), { code: 'STORE_FAILED' }, `${name}: nothing was asked when it died`);
    await setImmediate();
    t.equal(threads.length, before + 1);
    // It has only begun to load: all of them wait.
    const calls = [call(), call(), call()];
    void threads.at(-1)?.terminate();
    for (const { status } of await Promise.allSettled(calls)) t.equal(status, 'rejected');
    await setImmediate();
    t.equal(threads.length, before + 2, `${name}: one more`);
    t.ok(await call());
  }
});
