import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { answerPatiently } from '../../../control-plane/src/api/answer-patiently.ts';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { ControlPlaneError } from '../../../control-plane/src/errors.ts';
import { openTestApi } from '../stand/open-test-api.ts';
import { bearer } from '../stand/test-api.ts';

const log = pino({ level: 'silent' });

t.test('work that takes long is answered bit by bit, and its refusal is one', async (t) => {
  const { app, tokens } = await openTestApi(t);
  const refuse = (): never => {
    throw new ControlPlaneError('IMPORT_INVALID', 'Expected a zip.');
  };
  app.get<{ Params: { kind: string } }>(
    '/api/test/:kind',
    { config: { role: 'viewer' } },
    async (request, reply) => {
      const { kind } = request.params;
      const begun = kind.startsWith('long') ? delay(100) : Promise.resolve();
      const work = begun.then(kind.endsWith('refused') ? refuse : () => ({ added: 3 }));
      return answerPatiently<unknown>(work, reply, { log, every: millis(20) });
    },
  );
  const authorization = await bearer(tokens, 'viewer');
  const ask = (kind: string) =>
    app.inject({ url: `/api/test/${kind}`, headers: { authorization } });
  t.equal((await ask('short')).body, '{"added":3}');
  const long = await ask('long');
  t.match(long.body, /^\n{1,6}\{"added":3\}$/);
  t.match(long.headers, { 'content-type': /^application\/json/ });
  t.equal((await ask('short-refused')).statusCode, 422, 'a refusal that is found soon');

  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const token = authorization.replace('Bearer ', '');
  const client = new ApiClient({ server: `http://127.0.0.1:${port}`, token });
  t.teardown(() => client.close());
  const bring = (kind: string) => client.askJson('GET /api/test/{kind}', { path: { kind } });
  t.same(await bring('long'), { added: 3 });
  await t.rejects(bring('long-refused'), {
    code: 'IMPORT_INVALID',
    message: 'IMPORT_INVALID: Expected a zip.',
  });
});
