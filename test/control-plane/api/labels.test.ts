import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import {
  LabelHistory,
  LabellingView,
  QueuePage,
} from '../../../control-plane/src/resources/label.ts';
import { SamplePage, SampleView } from '../../../control-plane/src/resources/sample.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, tasks, events } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
await tasks.create({ task: 'parts' as TaskId, classes: ['good', 'bad'] }, 'a test');
const viewer = await bearer(tokens, 'viewer');
const operator = await bearer(tokens, 'operator');
const person = async (name: string) =>
  `Bearer ${(await tokens.create({ name, role: 'labeller' }, 'a test')).secret}`;
const [anna, ben] = [await person('anna'), await person('ben')];
const heard: { kind: string; subject: unknown; data: unknown }[] = [];
events.subscribe((event) => heard.push(event));

async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  authorization: string,
  payload?: object,
) {
  const response = await app.inject({
    method,
    url: `/api/tasks/parts/${url}`,
    headers: { authorization },
    ...(payload && { payload }),
  });
  return { status: response.statusCode, body: response.body ? response.json() : null };
}

const pictures = await Promise.all([1, 2, 3, 4].map((i) => picture(i)));
const digests = pictures.map(sha256);
const created: Awaited<ReturnType<typeof app.inject>>[] = [];
for (const bytes of pictures) {
  const response = await app.inject({
    method: 'POST',
    url: '/api/tasks/parts/samples',
    payload: bytes,
    headers: { authorization: operator, 'content-type': 'image/jpeg' },
  });
  created.push(response);
}
const label = (digest: string | undefined, said: object, who: string) =>
  ask('POST', `samples/${digest}/labels`, who, said);

t.test('a picture by hand is a sample, once', async (t) => {
  for (const response of created) {
    t.equal(response.statusCode, 201);
    t.ok(Check(SampleView, response.json()));
  }
  t.match(heard[0], { kind: 'sample.stored', subject: { task: 'parts', sha256: digests[0] } });
  const upload = (bytes: Buffer, type: string) =>
    app.inject({
      method: 'POST',
      url: '/api/tasks/parts/samples',
      payload: bytes,
      headers: { authorization: operator, 'content-type': type },
    });
  t.equal((await upload(pictures[0] as Buffer, 'image/jpeg')).statusCode, 200);
  const text = await upload(Buffer.from('text'), 'image/jpeg');
  t.match([text.statusCode, text.json().code], [422, 'PICTURE_UNREADABLE']);
  t.equal((await upload(Buffer.from('text'), 'text/plain')).statusCode, 415);
  t.equal((await upload(Buffer.alloc(17 * 1024 * 1024), 'image/jpeg')).statusCode, 413);
});

t.test('samples are listed a page at a time, by what is asked for', async (t) => {
  const first = await ask('GET', 'samples?limit=3', viewer);
  t.ok(Check(SamplePage, first.body));
  t.equal(first.body.samples.length, 3);
  const second = await ask('GET', `samples?limit=3&cursor=${first.body.next}`, viewer);
  const listed = [...first.body.samples, ...second.body.samples].map(({ sha256 }) => sha256);
  t.same(listed, digests.toReversed());
  for (const [query, count] of [
    ['state=unlabelled', 4],
    ['state=class', 0],
    ['label=good', 0],
    ['origin=imported', 4],
    ['origin=random', 0],
    ['device=door', 0],
  ] as const) {
    t.equal((await ask('GET', `samples?${query}`, viewer)).body.samples.length, count, query);
  }
  t.equal((await ask('GET', 'samples?stat=class', viewer)).status, 400);
  t.equal((await ask('GET', `samples/${'0'.repeat(64)}`, viewer)).status, 404);
});

t.test('the picture itself, whole and in part', async (t) => {
  const url = `/api/samples/${digests[0]}/picture`;
  const whole = await app.inject({ url, headers: { authorization: viewer } });
  t.match(whole.headers, { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' });
  t.same(whole.rawPayload, pictures[0]);
  const part = await app.inject({ url, headers: { authorization: viewer, range: 'bytes=2-5' } });
  t.equal(part.statusCode, 206);
  t.same(part.rawPayload, pictures[0]?.subarray(2, 6));
  const other = `/api/samples/${'0'.repeat(64)}/picture`;
  t.equal((await app.inject({ url: other, headers: { authorization: viewer } })).statusCode, 404);
});

t.test(
  'two persons are given different pictures, and give back what they do not label',
  async (t) => {
    const [first, second] = await Promise.all([
      ask('POST', 'queue', anna, { limit: 2 }),
      ask('POST', 'queue', ben, { limit: 4 }),
    ]);
    t.ok(Check(QueuePage, first.body));
    t.same([first.body.samples.length, second.body.samples.length].sort(), [2, 2]);
    const all = [...first.body.samples, ...second.body.samples].map(({ sha256 }) => sha256);
    t.equal(new Set(all).size, 4);
    t.equal((await ask('DELETE', 'queue', anna)).status, 204);
    t.equal((await ask('POST', 'queue', ben, { limit: 4 })).body.samples.length, 4);
    await ask('DELETE', 'queue', ben);
  },
);

t.test('a label is a word of a person, and an event', async (t) => {
  const said = await label(digests[0], { kind: 'class', class: 'good' }, anna);
  t.equal(said.status, 201);
  t.ok(Check(LabellingView, said.body));
  t.match(said.body, {
    event: { by: 'token:anna', kind: 'class', class: 'good', settles: false },
    label: { state: 'class', class: 'good' },
  });
  t.match(heard.at(-1), {
    kind: 'label.changed',
    subject: { task: 'parts', sha256: digests[0] },
    data: { by: 'token:anna', label: { state: 'class', class: 'good' } },
  });
  t.match((await label(digests[1], { kind: 'none' }, anna)).body, { label: { state: 'none' } });
  t.match((await label(digests[2], { kind: 'skip' }, anna)).body, {
    label: { state: 'unlabelled' },
  });
  t.match((await ask('GET', 'samples?label=good', viewer)).body.samples, [{ sha256: digests[0] }]);
});

t.test('who disagrees starts a dispute; an operator settles it', async (t) => {
  const bad = { kind: 'class', class: 'bad' };
  t.match((await label(digests[0], bad, ben)).body, { label: { state: 'disputed', class: null } });
  t.match((await label(digests[0], bad, operator)).body, {
    label: { state: 'class', class: 'bad' },
  });
  const history = await ask('GET', `samples/${digests[0]}/labels`, viewer);
  t.ok(Check(LabelHistory, history.body));
  t.match(history.body.events, [
    { by: 'token:anna', class: 'good' },
    { by: 'token:ben', class: 'bad' },
    { by: 'token:a operator', class: 'bad', settles: true },
  ]);
});

t.test('undo goes back step by step, and ends', async (t) => {
  t.match(await ask('POST', 'labels/undo', anna), {
    status: 201,
    body: { sha256: digests[2], event: { kind: 'undo' } },
  });
  t.match(await ask('POST', 'labels/undo', anna), {
    status: 201,
    body: { sha256: digests[1], label: { state: 'unlabelled' } },
  });
  t.match(await ask('POST', 'labels/undo', anna), { status: 201, body: { sha256: digests[0] } });
  t.match(await ask('POST', 'labels/undo', anna), { status: 409, body: { code: 'CONFLICT' } });
});

t.test('a new class is made first, by whoever labels', async (t) => {
  const odd = { kind: 'class', class: 'odd one' };
  t.match(await label(digests[3], odd, anna), { status: 422, body: { code: 'CLASS_UNKNOWN' } });
  t.match(await ask('POST', 'classes', anna, { class: 'odd one' }), {
    status: 201,
    body: { classes: ['good', 'bad', 'odd one'] },
  });
  t.match(await label(digests[3], odd, anna), { status: 201 });
  for (const name of [
    '',
    'a/b',
    'a\\b',
    '..',
    '.hidden',
    'ends ',
    'ends.',
    'x'.repeat(101),
    'a\u0000',
  ]) {
    t.equal(
      (await ask('POST', 'classes', anna, { class: name })).status,
      400,
      JSON.stringify(name),
    );
  }
});

t.test('who may only look does not label', async (t) => {
  t.equal((await label(digests[0], { kind: 'none' }, viewer)).status, 403);
  t.equal((await ask('POST', 'queue', viewer, {})).status, 403);
  t.equal((await ask('POST', 'labels/undo', viewer)).status, 403);
});

for (const [name, said] of [
  ['an unknown kind', { kind: 'maybe' }],
  ['no class', { kind: 'class' }],
  ['a class and none', { kind: 'none', class: 'good' }],
] as const) {
  t.test(`${name} is refused`, async (t) => {
    t.match(await label(digests[0], said, anna), {
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
  });
}

t.test('a label that is sent again is given once', async (t) => {
  const request = {
    method: 'POST' as const,
    url: `/api/tasks/parts/samples/${digests[1]}/labels`,
    headers: { authorization: ben, 'idempotency-key': 'k1' },
    payload: { kind: 'class', class: 'good' },
  };
  const first = await app.inject(request);
  t.same((await app.inject(request)).json(), first.json());
  const { events } = (await ask('GET', `samples/${digests[1]}/labels`, viewer)).body;
  t.equal(events.filter(({ by }: { by: string }) => by === 'token:ben').length, 1);
});
