import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ChildError, ChildProcess, NOT_BEGUN } from '@edgeloop/onnx';
import { millis, seconds } from '@edgeloop/protocol';
import t from 'tap';
import { startedBy } from '../stand/machine/children.ts';
import { noOwnLimits, withOwnLimit } from '../stand/machine/own-limits.ts';
import { until } from '../stand/until.ts';

const FAILING = new URL('./failing-child.mjs', import.meta.url);
const BLOCKING = new URL('./blocking-child.mjs', import.meta.url);

t.test('an error of a child has a code of this package, and an exit status', async (t) => {
  const child = new ChildProcess(FAILING);
  t.teardown(() => child.close());
  child.start();
  await t.rejects(child.request('WEIGHTS_INVALID'), {
    code: 'WEIGHTS_INVALID',
    exitStatus: 28,
    message: 'It is WEIGHTS_INVALID.',
    cause: undefined,
  });
  for (const code of ['ENOSPC', 'IMAGE_UNREADABLE', 'toString']) {
    const error = (await child.request(code).catch((thrown) => thrown)) as Error;
    t.match(error, { code: 'SESSION_FAILED', exitStatus: 22, message: `It is ${code}.` });
    t.type(error.cause, ChildError);
    t.match(error.cause, { code });
  }
});

t.test('a child that sends what is no answer is ended, and this process lives on', async (t) => {
  const child = new ChildProcess(FAILING);
  t.teardown(() => child.close());
  for (const [at, message] of [{}, { failure: null }, { failure: { code: 1 } }].entries()) {
    child.start();
    await t.rejects(child.request({ id: at + 1, ...message }, seconds(20)), {
      code: 'SESSION_FAILED',
      message: /is not to be understood/,
    });
    t.notOk(child.running);
  }
});

t.test(
  'of requests that are on their way together, each has its time from the answer before on',
  async (t) => {
    const child = new ChildProcess(FAILING);
    t.teardown(() => child.close());
    child.start();
    const within = (time: number, deadline: number) => child.request(time, millis(deadline));
    t.equal(await within(0, 20_000), 0, 'it is there');
    const answered: number[] = [];
    const note = async (answer: Promise<unknown>) => answered.push((await answer) as number);
    await Promise.all([note(within(700, 20_000)), note(within(100, 650)), note(within(1, 650))]);
    t.same(answered, [700, 100, 1], 'and each its turn');
    const [late, next] = [within(60_000, 100), within(1, 100)];
    await Promise.all([
      t.rejects(late, { code: 'SESSION_DEADLINE' }),
      t.rejects(next, { code: 'SESSION_FAILED', cause: NOT_BEGUN }),
    ]);
    t.notOk(child.running);
  },
);

t.test(
  'one that was killed while nothing was asked of it has failed, and was not closed',
  async (t) => {
    const child = new ChildProcess(FAILING);
    t.teardown(() => child.close());
    const pid = await startedBy(async () => child.start(), 'failing-child');
    await child.request(0);
    process.kill(pid, 'SIGKILL');
    await until(() => !child.running);
    await t.rejects(child.request(0), { code: 'SESSION_FAILED', cause: { signal: 'SIGKILL' } });
    child.start();
    t.equal(await child.request(0), 0);
    await child.close();
    await t.rejects(child.request(0), { code: 'SESSION_CLOSED' });
  },
);

t.test('a child whose parent goes while it computes ends without a word', async (t) => {
  const child = fork(FAILING, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ask = (id: number, request: unknown) => child.send({ id, request });
  ask(1, 0);
  await once(child, 'message');
  ask(2, 'at a stretch');
  child.disconnect();
  const [[code]] = await Promise.all([once(child, 'exit'), once(child.stderr!, 'end')]);
  t.same({ code, said }, { code: 0, said: '' });
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
    const child = new ChildProcess(BLOCKING, { blocking: true });
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
    await t.rejects(child.request('unread'), { message: 'It did not look.' }, 'later it can');
    await child.close();
  }),
);

t.test('what could not be started is given up without a signal to all of the group', async (t) => {
  const program = fileURLToPath(new URL('./starting-without-files.mjs', import.meta.url));
  const child = spawn('sh', ['-c', 'ulimit -n 64 && exec "$0" "$1"', process.execPath, program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code, signal] = await once(child, 'close');
  t.same({ said, code, signal }, { said: 'still there\n', code: 0, signal: null });
});
