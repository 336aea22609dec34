import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { millis } from '@edgeloop/protocol';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { askAgent } from '../../../agent/src/control/ask-agent.ts';
import { ControlSocket, socketPath } from '../../../agent/src/control/control-socket.ts';

/** A short path: that of a socket may have 107 bytes. */
async function temporary(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'control-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

t.test('whatever is asked, the agent goes on', async (t) => {
  const state = await temporary(t);
  const handlers = new Map([
    ['/echo', async ({ options }: { options: object }) => options],
    ['/never', () => new Promise<never>(() => {})],
  ]);
  const socket = new ControlSocket(state, handlers, pino({ level: 'silent' }));
  await socket.start();
  t.teardown(() => socket.close());
  const raw = (path: string) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const asking = request({ socketPath: socketPath(state), path, method: 'POST' }, (answer) =>
        text(answer).then((body) => resolve([answer.statusCode, body]), reject),
      );
      asking.once('error', reject).end();
    });
  t.match(await raw('//'), [500, /Invalid URL/], 'a path that is none');
  t.match(await raw('/other'), [404, /Expected one of \/echo, \/never/]);
  t.match(await askAgent(state, '/echo', { options: { a: 'b' } }), { value: { a: 'b' } });
  await t.rejects(askAgent(state, '/never', { patience: millis(100) }), {
    message: /no word within 0\.1 s/,
  });
});

t.test('where none listens there is no answer', async (t) => {
  t.equal(await askAgent(await temporary(t), '/echo'), null);
});
