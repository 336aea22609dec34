import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { LabelProgressView } from '../../../control-plane/src/resources/label-progress.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, tasks } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
await tasks.create({ task: 'parts' as TaskId, classes: ['good', 'bad'] }, 'a test');
const operator = await bearer(tokens, 'operator');
const view = (url = '/api/tasks/parts/progress', authorization = operator) =>
  app.inject({ url, headers: { authorization } });

t.test('what the asker did today is the asker’s', async (t) => {
  const content = await picture(1);
  await app.inject({
    method: 'POST',
    url: '/api/tasks/parts/samples',
    payload: content,
    headers: { authorization: operator, 'content-type': 'image/jpeg' },
  });
  await app.inject({
    method: 'POST',
    url: `/api/tasks/parts/samples/${sha256(content)}/labels`,
    headers: { authorization: operator },
    payload: { kind: 'class', class: 'bad' },
  });
  const { statusCode, body } = await view();
  t.equal(statusCode, 200);
  t.ok(Check(LabelProgressView, JSON.parse(body)), body);
  t.match(JSON.parse(body), { task: 'parts', today: { all: 1, yours: 1 } });
  const other = await view('/api/tasks/parts/progress', await bearer(tokens, 'viewer'));
  t.match(other.json(), { today: { all: 1, yours: 0 } });
});

t.test('what is no question is refused', async (t) => {
  for (const [url, status] of [
    ['/api/tasks/nothing/progress', 404],
    ['/api/tasks/parts/progress?since=today', 400],
    ['/api/tasks/parts/progress?since=2001-01-01T00:00:00Z', 400],
    ['/api/tasks/parts/progress?until=2001-01-01T00:00:00Z', 400],
  ] as const) {
    t.equal((await view(url)).statusCode, status, url);
  }
  t.equal((await view('/api/tasks/parts/progress', 'Bearer nobody')).statusCode, 401);
});
