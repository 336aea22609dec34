import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
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
