import { encodeEmbedding, SampleUpload, type TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { packEmbedding } from '../../../control-plane/src/samples/embedding/packed-embedding.ts';
import { asDevice, KNOWN_DEVICES } from '../stand/known-devices.ts';
import { openTestApi } from '../stand/open-test-api.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { bearer } from '../stand/test-api.ts';

const { app, tokens, events, tasks, database } = await openTestApi(t, { devices: KNOWN_DEVICES });
await tasks.create({ task: 'main' as TaskId }, 'a test');
await tasks.create({ task: 'other' as TaskId }, 'a test');
await tasks.create({ task: 'third' as TaskId }, 'a test');
const heard: { kind: string; subject: unknown }[] = [];
events.subscribe((event) => heard.push(event));
const viewer = await bearer(tokens, 'viewer');

let minutes = 0;
function record(bytes: Uint8Array, given: object = {}) {
  minutes += 1;
  return {
    sha256: sha256(bytes),
    bytes: bytes.length,
    mediaType: 'image/jpeg',
    width: 64,
    height: 64,
    camera: 'cam0',
    slot: 'main',
    model: 'a'.repeat(64),
    bootId: '00000000-0000-4000-8000-00000000b007',
    capturedAt: new Date(Date.UTC(2026, 10, 24, 0, minutes)).toISOString(),
    reasons: ['uncertain'],
    unbiased: false,
    label: 'good',
    scores: { good: 0.6, bad: 0.4 },
    margin: 0.2,
    entropy: 0.97,
    burst: `11111111-1111-4111-8111-${`${minutes}`.padStart(12, '0')}`,
    ...given,
  };
}
const begin = (body: object, device = 'door') =>
  app.inject({
    method: 'POST',
    url: '/api/device/samples',
    payload: body,
    headers: { authorization: asDevice(device) },
  });
const find = (url: string, device = 'door') =>
  app.inject({ method: 'HEAD', url, headers: { authorization: asDevice(device) } });
const append = (url: string, offset: number | string, piece: Uint8Array, device = 'door') =>
  app.inject({
    method: 'PATCH',
    url,
    payload: Buffer.from(piece),
    headers: {
      authorization: asDevice(device),
      'content-type': 'application/offset+octet-stream',
      'upload-offset': `${offset}`,
    },
  });
const view = async (digest: string, task = 'main') => {
  const url = `/api/tasks/${task}/samples/${digest}`;
  const response = await app.inject({ url, headers: { authorization: viewer } });
  return { status: response.statusCode, ...response.json() };
};

t.test('a picture comes in pieces, and is a sample with the last', async (t) => {
  const bytes = await picture(1);
  const begun = await begin(record(bytes));
  t.equal(begun.statusCode, 201);
  t.ok(Check(SampleUpload, begun.json()));
  const { upload, offset } = begun.json();
  t.equal(offset, 0);
  const first = await append(upload, 0, bytes.subarray(0, 100));
  t.match(first, { statusCode: 204, headers: { 'upload-offset': '100' } });
  t.equal((await view(sha256(bytes))).status, 404);
  const wrong = await append(upload, 50, bytes.subarray(50));
  t.match(wrong, { statusCode: 409 });
  t.equal(wrong.json().code, 'UPLOAD_OFFSET_WRONG');
  t.match(await find(upload), {
    statusCode: 200,
    headers: { 'upload-offset': '100', 'upload-length': `${bytes.length}` },
  });
  const last = await append(upload, 100, bytes.subarray(100));
  t.match(last, { statusCode: 204, headers: { 'upload-offset': `${bytes.length}` } });
  t.match(await view(sha256(bytes)), {
    status: 200,
    width: 64,
    height: 64,
    type: 'image/jpeg',
    origin: 'chosen',
    guess: 'good',
    label: { state: 'unlabelled' },
    sightings: [{ device: 'door', site: 'works', camera: 'cam0', reasons: ['uncertain'] }],
  });
  t.match(heard, [
    { kind: 'sample.stored', subject: { task: 'main', sha256: sha256(bytes), device: 'door' } },
  ]);
  t.match(await find(upload), { statusCode: 404 }, 'the upload is done with');
});

t.test('what is here is not sent again, and was seen once more', async (t) => {
  const bytes = await picture(1);
  const again = await begin(record(bytes), 'gate');
  t.match(again, { statusCode: 200 });
  t.same(again.json(), { complete: true });
  t.match((await view(sha256(bytes))).sightings, [{ device: 'door' }, { device: 'gate' }]);
  const elsewhere = await begin(record(bytes, { slot: 'other' }), 'gate');
  t.same(elsewhere.json(), { complete: true }, 'nor for another task');
  t.match(await view(sha256(bytes), 'other'), { status: 200, sightings: { length: 1 } });
});

t.test('a size that the picture does not have is refused, and never noted', async (t) => {
  const [here, coming] = [await picture(1), await picture(30)];
  // For another task, so that the picture itself is looked at.
  const lie = await begin(record(here, { slot: 'third', bytes: 1 }));
  t.match(lie, { statusCode: 400 });
  t.equal(lie.json().code, 'REQUEST_INVALID');
  const { upload } = (await begin(record(coming))).json();
  await begin(record(coming, { bytes: 1 }));
  t.match(await append(upload, 0, coming), { statusCode: 204 });
  t.equal((await view(sha256(coming))).bytes, coming.length);
});

t.test('the embedding is kept, as small as it gets; what can not be read is not', async (t) => {
  const kept = () => database.selectFrom('sample_embeddings').selectAll().execute();
  for (const [i, embedding, rows] of [
    [20, encodeEmbedding([0.5, 2, 0]), 1],
    [21, 'AAAAA', 1],
  ] as const) {
    const bytes = await picture(i);
    const { upload } = (await begin(record(bytes, { embedding }))).json();
    t.match(await append(upload, 0, bytes), { statusCode: 204 });
    t.match(await view(sha256(bytes)), { status: 200 });
    t.match(await kept(), { length: rows });
  }
  t.match(await kept(), [{ model: 'a'.repeat(64), packed: packEmbedding([0.5, 2, 0]) }]);
});

t.test('who begins again goes on where it stopped', async (t) => {
  const bytes = await picture(2);
  const said = record(bytes);
  const { upload } = (await begin(said)).json();
  await append(upload, 0, bytes.subarray(0, 200));
  t.same((await begin(said)).json(), { upload, offset: 200 });
  t.match(await append(upload, 200, bytes.subarray(200)), { statusCode: 204 });
  t.same((await begin(said)).json(), { complete: true });
  t.equal((await view(sha256(bytes))).sightings.length, 1);
});

t.test('other bytes than announced are refused', async (t) => {
  const [bytes, other] = [await picture(3), Buffer.from(await picture(3))];
  other.writeUInt8(0, other.length - 10);
  const { upload } = (await begin(record(bytes))).json();
  const refused = await append(upload, 0, other);
  t.equal(refused.statusCode, 422);
  t.equal(refused.json().code, 'DIGEST_MISMATCH');
  t.equal((await view(sha256(bytes))).status, 404);
  const longer = await append(
    (await begin(record(bytes))).json().upload,
    0,
    Buffer.concat([bytes, bytes]),
  );
  t.equal(longer.statusCode, 413);
});

for (const [name, bytes] of [
  ['what is no picture', Buffer.from('a door, as text, and long enough')],
  ['a picture that is cut short', (await picture(4)).subarray(0, 300)],
] as const) {
  t.test(`${name} is refused, and not kept`, async (t) => {
    const { upload } = (await begin(record(bytes))).json();
    const refused = await append(upload, 0, bytes);
    t.equal(refused.statusCode, 422);
    t.equal(refused.json().code, 'PICTURE_UNREADABLE');
    t.equal((await view(sha256(bytes))).status, 404);
    t.equal((await begin(record(bytes))).statusCode, 201, 'it would have to be sent again');
  });
}

t.test('an upload is of its device alone', async (t) => {
  const bytes = await picture(5);
  const { upload } = (await begin(record(bytes))).json();
  t.equal((await find(upload, 'gate')).statusCode, 404);
  t.equal((await append(upload, 0, bytes, 'gate')).statusCode, 404);
  t.equal((await find(upload)).headers['upload-offset'], '0');
});

for (const [name, given, status] of [
  ['no digest', { sha256: 'abc' }, 400],
  ['more than a sample may have', { bytes: 17 * 1024 * 1024 }, 400],
  ['no reason', { reasons: [] }, 400],
  ['an unknown field: ignored', { later: true }, 201],
  ['a slot that names no task', { slot: 'nothing' }, 404],
] as const) {
  t.test(`a record with ${name}`, async (t) => {
    t.equal((await begin(record(await picture(6), given))).statusCode, status);
  });
}

t.test('only devices bring samples so', async (t) => {
  const body = record(await picture(7));
  for (const authorization of [undefined, viewer, 'Basic ZG9vcjp3cm9uZw==']) {
    const response = await app.inject({
      method: 'POST',
      url: '/api/device/samples',
      payload: body,
      headers: authorization ? { authorization } : {},
    });
    t.ok([401, 403].includes(response.statusCode), `${response.statusCode}`);
  }
});
