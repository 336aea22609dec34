import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'bodies-'));
const store = new Store(folder);
await store.start();
const { app, tokens } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const authorization = await bearer(tokens, 'admin');

type Method = 'POST' | 'PUT' | 'PATCH' | 'GET';
async function send(
  method: Method,
  url: string,
  body?: string,
  type: string | null = 'application/json',
) {
  const headers = { authorization, ...(type !== null && { 'content-type': type }) };
  const response = await app.inject({ method, url, headers, ...(body && { payload: body }) });
  return {
    status: response.statusCode,
    ...(response.json() as { code?: string; detail?: string }),
  };
}

await send('POST', '/api/tasks', JSON.stringify({ task: 'scratches', classes: ['good', 'bad'] }));

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly requestBody?: { readonly required: boolean; readonly content: object };
}
const { paths } = (await app.inject('/api/openapi.json')).json() as {
  paths: Record<string, Record<string, Operation>>;
};
const changes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => ['post', 'put', 'patch'].includes(method))
    .map(([method, operation]) => ({ path, method: method.toUpperCase() as Method, ...operation })),
);

/** Of these the path says everything. */
const BODILESS = new Set([
  ...[
    'createLoginLink',
    'invitePerson',
    'rotateCredential',
    'revokeDevice',
    'rotateSubscriber',
    'completeModel',
    'undoLabel',
  ],
  ...['freezeDataset', 'cancelJob', 'retryJob'],
]);

const PLACES: Readonly<Record<string, string>> = {
  task: 'scratches',
  device: 'pi-1',
  name: 'somebody',
  digest: 'a'.repeat(64),
  sha256: 'a'.repeat(64),
  alias: 'champion',
  job: '00000000-0000-4000-8000-000000000001',
  upload: 'a'.repeat(32),
  number: '1',
};
const fill = (path: string) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => PLACES[name] ?? name);

t.test('every body that a route reads is in the document', async (t) => {
  t.ok(changes.length > 30);
  const without = changes.filter(({ requestBody }) => !requestBody);
  t.same(new Set(without.map(({ operationId }) => operationId)), BODILESS);
});

t.test('a body that is in no document is not read', async (t) => {
  for (const { path, method, operationId } of changes) {
    if (!BODILESS.has(operationId)) continue;
    const url = fill(path);
    const told = await send(method, url, '{"reason":"I want it"}');
    t.match(told, { status: 400, code: 'REQUEST_INVALID', detail: /^Expected no body/ }, url);
    t.not((await send(method, url, '{}')).status, 400, 'an empty one says nothing');
    t.not((await send(method, url)).status, 400);
  }
});

t.test('a body that is missing is {} where no key is required, and else told', async (t) => {
  for (const { path, method, operationId, description, requestBody } of changes) {
    if (!requestBody || operationId === 'enrolDevice') continue;
    // Who asks here is no device.
    if (description === 'Role: device') continue;
    for (const type of [null, 'application/json']) {
      const url = path.endsWith('import') ? `${fill(path)}?format=label-studio` : fill(path);
      const { status, detail } = await send(method, url, undefined, type);
      const name = `${operationId} as ${type}: ${status} ${detail}`;
      if (type !== null && status === 415) continue;
      if (type !== null && path.endsWith('import')) t.match(detail, /Expected a JSON array/, name);
      else if (!requestBody.required) t.notMatch(detail, /body/, name);
      else
        t.match({ status, detail }, { status: 400, detail: /Expected a body of the type / }, name);
    }
  }
  t.match(await send('POST', '/api/tasks/scratches/queue', undefined, null), { samples: [] });
  t.match(await send('POST', '/api/tasks'), {
    detail: /application\/json with task, received none/,
  });
});

t.test('a body of another type is told which one is expected', async (t) => {
  const body = '{"task":"stains","classes":["good","bad"]}';
  for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
    t.match(await send('POST', '/api/tasks', body, type), {
      status: 415,
      code: 'REQUEST_INVALID',
      detail: `Expected a body of the type application/json, received the type ${type}. The header Content-Type names it.`,
    });
  }
  t.match(await send('POST', '/api/tasks', `"${'x'.repeat(1 << 20)}"`), {
    status: 413,
    detail: 'Expected a body of at most 1048576 bytes, received more.',
  });
});

t.test('a method that a path has not is told which it has', async (t) => {
  const headers = { authorization };
  const answer = await app.inject({ method: 'DELETE', url: '/api/tasks/scratches?x=1', headers });
  t.equal(answer.headers.allow, 'GET, HEAD');
  t.match(answer.json(), {
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: 'Expected one of the methods GET, HEAD for /api/tasks/scratches, received DELETE.',
  });
  t.match(await send('POST', '/api/tasks/scratches/nothing', '{}'), { status: 404 });
});

t.test('a task that is there already is told by its name', async (t) => {
  t.match(await send('POST', '/api/tasks', '{"task":"scratches"}'), {
    status: 409,
    code: 'CONFLICT',
    detail: 'Expected the name of a task that there is not yet, received scratches.',
  });
});

t.test('a body means what it says: neither null nor a text is taken as a number', async (t) => {
  for (const limit of [null, '10', true]) {
    t.match(await send('POST', '/api/tasks/scratches/queue', JSON.stringify({ limit })), {
      status: 400,
      code: 'REQUEST_INVALID',
      detail: /limit/,
    });
  }
});

t.test('what is below a task that there is not is not found', async (t) => {
  const gets = Object.entries(paths).flatMap(([path, { get }]) =>
    get && path.includes('{task}') ? [path] : [],
  );
  t.ok(gets.length >= 9);
  const lists = [...gets.map(fill), '/api/models?task=scratches', '/api/jobs?task=scratches'];
  for (const list of lists) {
    const url = list.replace('scratches', 'scrathces');
    const query = url.endsWith('/export') ? '?format=imagefolder' : '';
    t.match(
      await send('GET', `${url}${query}`),
      {
        status: 404,
        code: 'NOT_FOUND',
        detail: /Expected a task that is there, received scrathces/,
      },
      url,
    );
  }
  for (const list of ['samples', 'datasets', 'alias-changes', 'training', 'budget']) {
    t.match(await send('GET', `/api/tasks/scratches/${list}`), { status: 200 }, list);
  }
  t.match(await send('POST', '/api/tasks/scrathces/queue'), { status: 404, code: 'NOT_FOUND' });
});
