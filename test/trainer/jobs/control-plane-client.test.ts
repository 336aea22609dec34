import t from 'tap';
import { ControlPlaneClient } from '../../../trainer/src/jobs/control-plane-client.ts';
import { heldBy } from '../../stand/machine/held-by.ts';
import { answeringServer, json } from './answering-server.ts';

const signal = new AbortController().signal;

t.test('an answer that stops in its middle counts as none', async (t) => {
  const client = await answeringServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"instruction":');
  });
  const begun = performance.now();
  await t.rejects(client.askJson('/x', { signal, timeoutMillis: 200 }), {
    problem: 'NETWORK',
    passing: true,
    message: /no answer came in time/,
  });
  t.ok(performance.now() - begun < 5_000);
});

t.test('an answer that breaks off, or is no JSON, may be asked for again', async (t) => {
  const client = await answeringServer(t, ({ url }, response) => {
    response.writeHead(200);
    if (url === '/broken') response.write('{"a":', () => response.destroy());
    else response.end('<html>');
  });
  for (const path of ['/broken', '/proxy']) {
    await t.rejects(client.askJsonOrNull(path, { signal }), {
      code: 'CONTROL_PLANE_REFUSED',
      problem: 'NETWORK',
      passing: true,
    });
  }
});

t.test('nothing, something, and a refusal', async (t) => {
  const client = await answeringServer(t, ({ url }, response) => {
    if (url === '/none') response.writeHead(204).end();
    else if (url === '/one') json(response, 200, { job: 'a' });
    else json(response, 403, { code: 'FORBIDDEN', detail: 'Not yours.' });
  });
  t.equal(await client.askJsonOrNull('/none', { signal }), null);
  t.same(await client.askJsonOrNull('/one', { signal }), { job: 'a' });
  await t.rejects(client.askJsonOrNull('/other', { signal }), {
    code: 'CONTROL_PLANE_REFUSED',
    status: 403,
    passing: false,
  });
});

t.test('a trainer that asks for months keeps nothing of what it asked', async (t) => {
  const client = await answeringServer(t, ({ url }, response) =>
    json(response, url === '/refused' ? 403 : 200, { detail: 'Not yours.' }),
  );
  const { signal } = new AbortController();
  for (const path of ['/one', '/refused', '/one']) {
    await client.askJson(path, { signal }).catch(() => {});
    await client.askJsonOrNull(path, { signal }).catch(() => {});
    await client.ask(path, { signal }).catch(() => {});
  }
  t.equal(heldBy(signal), 0);
});

t.test(
  'what can not be sent is not asked again and again, and the token is not told',
  async (t) => {
    for (const [server, token] of [
      ['http://127.0.0.1:9', 'elt_secret\nelt_second'],
      ['http://name:secret@127.0.0.1:9', 'elt_x'],
    ] as const) {
      const client = new ControlPlaneClient({ server: new URL(server), token, version: '1' });
      const error = await client.ask('/x', { signal }).catch((thrown: Error) => thrown);
      t.match(error, { code: 'OPTION_INVALID', message: /to ask 127\.0\.0\.1:9/ });
      t.notMatch(JSON.stringify([error, String(error), (error as Error).cause]), /secret/);
    }
  },
);
