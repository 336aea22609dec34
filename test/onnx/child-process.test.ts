import { closeSync, openSync, readdirSync } from 'node:fs';
import { ChildError, ChildProcess } from '@edgeloop/onnx';
import t from 'tap';
import { noOwnLimits, withOwnLimit } from '../stand/own-limits.ts';

const FAILING = new URL('./failing-child.mjs', import.meta.url);

t.test('an error of a child has a code of this package, and an exit status', async (t) => {
  const child = new ChildProcess(FAILING);
  t.teardown(() => child.close());
  child.start();
  await t.rejects(child.request('WEIGHTS_INVALID'), {
    ...{ code: 'WEIGHTS_INVALID', exitStatus: 28, message: 'It is WEIGHTS_INVALID.' },
    cause: undefined,
  });
  for (const code of ['ENOSPC', 'IMAGE_UNREADABLE', 'toString']) {
    const error = (await child.request(code).catch((thrown) => thrown)) as Error;
    t.match(error, { code: 'SESSION_FAILED', exitStatus: 22, message: `It is ${code}.` });
    t.type(error.cause, ChildError);
    t.match(error.cause, { code });
  }
});

t.test('a child that there are no files left for can not be started', { skip: noOwnLimits }, (t) =>
  withOwnLimit('nofile', Math.max(...readdirSync('/dev/fd').map(Number)) + 20, async () => {
    const held: number[] = [];
    const takeAll = () => {
      try {
        for (;;) held.push(openSync('/dev/null', 'r'));
      } catch {
        // That was the last.
      }
    };
    const giveBack = () => {
      for (const file of held.splice(0)) closeSync(file);
    };
    const child = new ChildProcess(FAILING, { takesBytes: true });
    takeAll();
    try {
      child.start();
      const asked = child.request('x', undefined, [Uint8Array.of(1)]);
      await t.rejects(asked, { code: 'SESSION_FAILED', message: /not be started: .*EMFILE/ });
      t.notOk(child.running);
      child.start();
      await child.close();
    } finally {
      giveBack();
    }
    child.start();
    await t.rejects(child.request('ENOSPC'), { message: 'It is ENOSPC.' }, 'later it can');
    await child.close();
  }),
);
