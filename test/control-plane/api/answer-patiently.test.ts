import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { answerPatiently } from '../../../control-plane/src/api/answer-patiently.ts';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { ControlPlaneError } from '../../../control-plane/src/errors.ts';
import { until } from '../../stand/until.ts';
import { openTestApi } from '../stand/open-test-api.ts';
import { bearer } from '../stand/test-api.ts';

const log = pino({ level: 'silent' });
const EVERY = millis(20);

t.test('work that takes long is answered bit by bit, and its refusal is one', async (t) => {
  const statuses: number[] = [];
  const answered = ({ status }: { status: number }) => void statuses.push(status);
  const { app, tokens, audit } = await openTestApi(t, { answered });
  const refuse = (): never => {
    throw new ControlPlaneError('IMPORT_INVALID', 'Expected a zip.');
  };
  app.post<{ Params: { kind: string } }>(
    '/api/test/:kind',
    { config: { role: 'operator' } },
    async (request, reply) => {
      const { kind } = request.params;
      const begun = kind.startsWith('long') ? delay(100) : Promise.resolve();
      const work = begun.then(kind.endsWith('refused') ? refuse : () => ({ added: 3 }));
      return answerPatiently<unknown>(work, reply, { log, every: EVERY });
    },
  );
  const authorization = await bearer(tokens, 'operator');
  const ask = (kind: string) =>
    app.inject({ method: 'POST', url: `/api/test/${kind}`, headers: { authorization } });
  t.equal((await ask('short')).body, '{"added":3}');
  const begun = performance.now();
  const long = await ask('long');
  // A busy machine takes longer to note it in the audit log, and the answer waits for that.
  const most = Math.ceil((performance.now() - begun) / EVERY) + 1;
  t.match(long.body, /^\n+\{"added":3\}$/);
  t.ok(long.body.indexOf('{') <= most, 'white space no more often than asked for');
  t.match(long.headers, { 'content-type': /^application\/json/ });
  t.equal((await ask('short-refused')).statusCode, 422, 'a refusal that is found soon');
  const late = JSON.parse((await ask('long-refused')).body);
  t.match(late, { code: 'IMPORT_INVALID', status: 422 });
  t.same(statuses, [200, 200, 422, 422], 'metrics count it as refused');
  const noted = async () =>
    (await audit.list({ limit: 9 })).entries.map(({ subject, status }) => [subject, status]);
  t.same(
    await noted(),
    [
      ['/api/test/long-refused', 422],
      ['/api/test/long', 200],
      ['/api/test/short', 200],
    ],
    'the audit log says what became of it',
  );

  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const token = authorization.replace('Bearer ', '');
  const client = new ApiClient({ server: `http://127.0.0.1:${port}`, token });
  t.teardown(() => client.close());
  const bring = (kind: string) => client.askJson('POST /api/test/{kind}', { path: { kind } });
  t.same(await bring('long'), { added: 3 });
  await t.rejects(bring('long-refused'), {
    code: 'IMPORT_INVALID',
    message: 'IMPORT_INVALID: Expected a zip.',
  });

  const leaving = new AbortController();
  const asked = { method: 'POST', headers: { authorization }, signal: leaving.signal };
  const left = await fetch(`http://127.0.0.1:${port}/api/test/long-left`, asked);
  t.equal(left.status, 200, 'before it is known');
  leaving.abort();
  await until(async () => `${(await noted())[0]}` === '/api/test/long-left,200');
});
