import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openServiceManager, reportLiveness } from '@edgeloop/daemon';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { FROM_SOURCE } from '../stand/from-source.ts';

t.test('a log that nobody reads holds up neither the work nor its end', async (t) => {
  const child = fork(fileURLToPath(new URL('./loud-daemon.ts', import.meta.url)), {
    execArgv: FROM_SOURCE,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  child.stderr?.pause();
  await once(child, 'message');
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('work that gives no answer is not asked again, and starves the watchdog', async (t) => {
  const told: string[] = [];
  const manager = { watchdog: millis(40), tell: (...all: string[]) => void told.push(all.join()) };
  let answers = 0;
  const hangs = async () => {
    answers += 1;
    if (answers > 2) await new Promise(() => {});
    return { working: true, status: `answer ${answers}` };
  };
  const end = reportLiveness(manager, hangs, () => {});
  t.teardown(end);
  while (answers < 3) await delay(5);
  await delay(100);
  t.equal(answers, 3);
  t.same(told, ['STATUS=answer 1,WATCHDOG=1', 'STATUS=answer 2,WATCHDOG=1']);
});

t.test('a child of a service does not write into what its parent has open', async (t) => {
  const env = { EDGELOOP_NOTIFY_FD: '1', EDGELOOP_NOTIFY_PID: '7', WATCHDOG_USEC: '2000000' };
  const warned: string[] = [];
  const open = (pid: number, address?: string) =>
    openServiceManager({ pid, env: { ...env, NOTIFY_SOCKET: address } }, (text) =>
      warned.push(text),
    );
  t.equal(open(8), null);
  t.same(warned, []);
  t.equal(open(7)?.watchdog, 2000);
  t.equal(open(8, '/run/notify'), null);
  t.match(
    warned,
    [/at \/run\/notify, received none\. Start/],
    'nor is it quiet where it can not speak',
  );
});
