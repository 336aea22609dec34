import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, type FileReference, MANIFEST_FILE, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { type Colour, picture, writeColourPackage } from '../../stand/models/colour-package.ts';
import { withPredictions } from '../../stand/models/predictions.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'predictions-'));
const store = new Store(folder);
await store.start();
const { app, tokens, tasks, artifacts } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');

async function ask(url: string, authorization = operator) {
  const response = await app.inject({ url, headers: { authorization } });
  return { status: response.statusCode, body: response.json() };
}

/** A model of the task with these predictions. */
async function bring(name: string, task: string, lines: Parameters<typeof withPredictions>[1]) {
  const directory = await writeColourPackage(join(folder, name));
  await withPredictions(directory, lines);
  const manifest = readFileSync(join(directory, MANIFEST_FILE), 'utf8');
  const { body } = await app
    .inject({
      method: 'POST',
      url: '/api/models',
      headers: { authorization: operator },
      payload: { task, manifest },
    })
    .then((response) => ({ body: response.json() }));
  for (const { path, sha256, bytes: size } of body.missing as FileReference[]) {
    const content = readFileSync(join(directory, path));
    await artifacts.write({ sha256, bytes: bytes(size) }, [content]);
  }
  return body.model.digest as string;
}

await tasks.create({ task: parseId('task', 'colours') }, 'a test');
await tasks.create({ task: parseId('task', 'others') }, 'a test');
const red = Buffer.from(await picture('red'));
const redDigest = createHash('sha256').update(red).digest('hex');
await app.inject({
  method: 'POST',
  url: '/api/tasks/colours/samples',
  payload: red,
  headers: { authorization: operator, 'content-type': 'image/jpeg' },
});

const digest = (i: number) => i.toString(16).padStart(64, '0');
/**
 * Of a hundred samples: red ones, of which the first are called green, the first of all the picture
 * that is here.
 */
const reds = (wrong: number, more: { from?: number; truth?: Colour } = {}) =>
  Array.from({ length: 100 - (more.from ?? 0) }, (_, at) => {
    const i = at + (more.from ?? 0);
    return {
      sha256: i === 0 ? redDigest : digest(i),
      truth: more.truth ?? 'red',
      int8: { label: i < wrong ? 'green' : 'red', score: 0.5 + i / 300 },
      float32: { label: i < wrong - 1 ? 'green' : 'red', score: 0.6 },
    } as const;
  });

const better = await bring('better', 'colours', reds(4));
const worse = await bring('worse', 'colours', [...reds(12, { from: 2 })]);

t.test('a cell of the confusion, the most certain first, page by page', async (t) => {
  const url = `/api/models/${better}/predictions`;
  const cell = await ask(`${url}?truth=red&predicted=green&limit=3`);
  t.equal(cell.status, 200);
  t.match(cell.body, { form: 'int8', total: 4 });
  t.same(
    cell.body.predictions.map(({ sha256 }: { sha256: string }) => sha256),
    [digest(3), digest(2), digest(1)],
  );
  t.same(cell.body.predictions[0], {
    sha256: digest(3),
    truth: 'red',
    predicted: 'green',
    score: 0.51,
    picture: false,
  });
  const rest = await ask(`${url}?truth=red&predicted=green&limit=3&cursor=${cell.body.next}`);
  t.match(rest.body, { total: 4, next: null, predictions: [{ sha256: redDigest, picture: true }] });
  t.equal(rest.body.predictions.length, 1);
  t.match((await ask(`${url}?outcome=wrong&form=float32`)).body, { form: 'float32', total: 3 });
  t.equal((await ask(`${url}?outcome=right`)).body.total, 96);
  t.same((await ask(`${url}?truth=blue`)).body, {
    form: 'int8',
    total: 0,
    predictions: [],
    next: null,
  });
  t.match(await ask(`${url}?cursor=x`), { status: 400, body: { code: 'REQUEST_INVALID' } });
});

t.test('two models on the samples that both were tested on', async (t) => {
  const { status, body } = await ask(`/api/models/${better}/comparison?with=${worse}`);
  t.equal(status, 200);
  t.match(body, {
    model: better,
    other: worse,
    samples: 98,
    relabelled: 0,
    right: 96,
    otherRight: 88,
    wins: 8,
    losses: 0,
    lost: [],
    classes: { red: { samples: 98, right: 96, otherRight: 88 } },
  });
  t.ok(Math.abs(body.p - 0.5 ** 9) < 1e-12, 'eight wins of eight, mid-p');
  t.equal(body.won.length, 8);
  t.match(body.won[0], {
    sha256: digest(11),
    predicted: 'red',
    picture: false,
    other: { predicted: 'green', score: 0.5 + 11 / 300 },
  });
  const back = (await ask(`/api/models/${worse}/comparison?with=${better}`)).body;
  t.match(back, { wins: 0, losses: 8, won: [] });
  t.ok(Math.abs(back.p - (1 - 0.5 ** 9)) < 1e-12);
});

t.test('a sample whose label changed in between counts for neither', async (t) => {
  const relabelled = await bring('relabelled', 'colours', [
    ...reds(0, { from: 90 }),
    ...reds(0, { truth: 'green' }).slice(0, 10),
  ]);
  t.match((await ask(`/api/models/${relabelled}/comparison?with=${better}`)).body, {
    samples: 10,
    relabelled: 10,
    wins: 0,
    losses: 0,
    p: 0.5,
  });
});

t.test('what can not be compared or read is told', async (t) => {
  const elsewhere = await bring('elsewhere', 'others', reds(1));
  t.match(await ask(`/api/models/${better}/comparison?with=${elsewhere}`), {
    status: 409,
    body: { code: 'CONFLICT', detail: /one of colours and one of others/ },
  });
  const unreadable = await bring('unreadable', 'colours', '{}\n');
  t.match(await ask(`/api/models/${unreadable}/predictions`), {
    status: 422,
    body: { code: 'PREDICTIONS_UNREADABLE' },
  });
  t.match(await ask(`/api/models/${'f'.repeat(64)}/predictions`), { status: 404 });
  t.match(await ask(`/api/models/${better}/comparison?with=${'f'.repeat(64)}`), { status: 404 });
});
