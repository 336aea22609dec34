import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import Fastify from 'fastify';
import pino from 'pino';
import t from 'tap';
import { answerPatiently } from '../../../control-plane/src/api/answer-patiently.ts';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { ControlPlaneError } from '../../../control-plane/src/errors.ts';

const log = pino({ level: 'silent' });

t.test('work that takes long is answered bit by bit, and its refusal is one', async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  const refuse = (): never => {
    throw new ControlPlaneError('IMPORT_INVALID', 'Expected a zip.');
  };
  app.post<{ Params: { task: string } }>('/api/tasks/:task/import', async (request, reply) => {
    const { task } = request.params;
    const work = delay(task.startsWith('long') ? 100 : 0).then(
      task.endsWith('refused') ? refuse : () => ({ added: 3 }),
    );
    return answerPatiently<unknown>(work, reply, { log, every: millis(20) });
  });
  const ask = (task: string) => app.inject({ method: 'POST', url: `/api/tasks/${task}/import` });
  t.equal((await ask('short')).body, '{"added":3}');
  const long = await ask('long');
  t.match(long.body, /^\n{3,6}\{"added":3\}$/);
  t.match(long.headers, { 'content-type': /^application\/json/ });
  t.not(
    (await ask('short-refused')).statusCode,
    200,
    'a refusal that is found soon has its status',
  );

  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const client = new ApiClient({ server: `http://127.0.0.1:${port}`, token: null });
  t.teardown(() => client.close());
  const bring = (task: string) =>
    client.askJson('POST /api/tasks/{task}/import', { path: { task } });
  t.same(await bring('long'), { added: 3 });
  await t.rejects(bring('long-refused'), {
    code: 'IMPORT_INVALID',
    message: 'IMPORT_INVALID: Expected a zip.',
  });
});
