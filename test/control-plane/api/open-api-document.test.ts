import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { createTestApi } from '../stand/test-api.ts';

interface Operation {
  readonly operationId?: string;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));
const written = read('docs/openapi.json');
/** What the control plane says of itself, at /healthz and elsewhere. */
const { version } = read('control-plane/package.json');
const operations = Object.entries<Record<string, Operation>>(written.paths).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, it]) => ({ path, method, ...it })),
);

t.test('docs/openapi.json is what runs (npm run docs)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { app } = await createTestApi(t, { folder, store, version });
  t.teardown(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { body } = await app.inject('/api/openapi.json');
  t.same(JSON.parse(body), written);
  const topics = read('docs/asyncapi.json');
  t.same(JSON.parse((await app.inject('/api/asyncapi.json')).body), topics);
  t.match((await app.inject('/api/docs/mqtt')).body, /<h1>Edgeloop over MQTT/);
  t.match(written, { openapi: '3.1.0', info: { title: 'Edgeloop control plane' } });
  t.match(
    (await app.inject('/api/docs/')).body,
    /<title>Edgeloop API<[\s\S]*swagger-ui/,
    'and readable',
  );
  t.match(await app.inject('/'), { statusCode: 302, headers: { location: '/api/docs' } });
});

t.test('every operation has a name of its own, who may use it, and its answers', async (t) => {
  const names = operations.map(({ operationId }) => operationId);
  t.equal(new Set(names).size, names.length);
  for (const { path, method, operationId, security, responses } of operations) {
    const codes = Object.keys(responses);
    t.ok(operationId && security, `${method} ${path}`);
    t.ok(
      codes.some((code) => /^[23]/.test(code)),
      `${operationId} has an answer`,
    );
    t.ok(
      codes.some((code) => /^[45]/.test(code)) || path === '/healthz',
      `${operationId} can fail`,
    );
  }
});
