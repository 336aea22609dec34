import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseByteRange } from '../../../control-plane/src/api/byte-range.ts';
import { sendArtifact } from '../../../control-plane/src/api/send-artifact.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { asDevice, KNOWN_DEVICES } from '../stand/known-devices.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'uploads-'));
const store = new Store(folder);
await store.start();
const devices = KNOWN_DEVICES;
const { app, tokens, artifacts } = await createTestApi(t, { folder, store, devices });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const trainer = await bearer(tokens, 'trainer');
// More than Fastify's limit of a body that it reads itself.
const CONTENT = randomBytes(3 << 20);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
app.get('/test/file', { config: { role: 'anyone' } }, (request, reply) =>
  sendArtifact(request, reply, artifacts, { sha256: SHA256 as never, type: 'text/plain' }),
);

async function ask(
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  {
    authorization = operator,
    headers = {},
    payload,
  }: { authorization?: string; headers?: Record<string, string>; payload?: object | Buffer } = {},
) {
  const response = await app.inject({
    method,
    url,
    headers: { authorization, ...headers },
    ...(payload && { payload }),
  });
  const json = String(response.headers['content-type']).includes('json') && response.body !== '';
  return {
    status: response.statusCode,
    headers: response.headers,
    raw: response.rawPayload,
    body: json ? JSON.parse(response.body) : null,
  };
}

const PIECE = { 'content-type': 'application/offset+octet-stream' };
const begin = (more: object = {}, authorization = operator) =>
  ask('POST', '/api/uploads', {
    authorization,
    payload: { sha256: SHA256, bytes: CONTENT.length, purpose: 'model', ...more },
  });

t.test('an upload goes on from its offset, and its end is checked', async (t) => {
  const { status, body, headers } = await begin();
  t.match({ status, body }, { status: 200, body: { offset: 0, sha256: SHA256 } });
  t.equal(headers['upload-offset'], '0');
  const url = `/api/uploads/${body.id}`;
  const piece = (from: number, to: number) =>
    ask('PATCH', url, {
      headers: { ...PIECE, 'upload-offset': String(from) },
      payload: CONTENT.subarray(from, to),
    });

  t.match(await piece(0, 2_000_000), { status: 200, body: { offset: 2_000_000 } });
  t.match(await ask('HEAD', url), { status: 200, headers: { 'upload-offset': '2000000' } });
  t.match(await piece(0, 10), { status: 409, body: { code: 'UPLOAD_OFFSET_WRONG' } });
  t.match(await ask('PATCH', url, { headers: PIECE, payload: CONTENT }), {
    status: 400,
    body: { detail: /upload-offset/ },
  });
  t.match(await ask('GET', url, { authorization: trainer }), { status: 404 }, 'another’s');
  t.match(await piece(2_000_000, CONTENT.length), {
    status: 200,
    body: { offset: CONTENT.length },
  });
  t.match(await ask('HEAD', url), { status: 404 });
  t.match(await begin({}, trainer), { status: 200, body: { offset: CONTENT.length } });

  const other = { sha256: '0'.repeat(64), bytes: 3 };
  const wrong = (await begin(other)).body;
  const headersOfPiece = { ...PIECE, 'upload-offset': '0' };
  const sent = await ask('PATCH', `/api/uploads/${wrong.id}`, {
    headers: headersOfPiece,
    payload: Buffer.from('abc'),
  });
  t.match(sent, { status: 422, body: { code: 'DIGEST_MISMATCH' } });
  const given = (await begin(other)).body;
  t.match(await ask('DELETE', `/api/uploads/${given.id}`), { status: 204 });
  t.match(await ask('GET', `/api/uploads/${given.id}`), { status: 404 });
});

t.test('who may bring what', async (t) => {
  for (const [role, purpose, status] of [
    ['viewer', 'sample', 403],
    ['labeller', 'dataset', 200],
    ['labeller', 'model', 403],
    ['trainer', 'checkpoint', 200],
    ['trainer', 'sample', 403],
    ['operator', 'model', 200],
  ] as const) {
    const answer = await begin({ purpose, sha256: '1'.repeat(64) }, await bearer(tokens, role));
    t.equal(answer.status, status, `${role}: ${purpose}`);
  }
  for (const purpose of ['sample', 'model']) {
    const answer = await begin({ purpose, sha256: '2'.repeat(64) }, asDevice('door'));
    t.match(answer, { status: 403, body: { code: 'FORBIDDEN' } }, `device: ${purpose}`);
  }
  t.equal((await app.inject({ method: 'POST', url: '/api/uploads', payload: {} })).statusCode, 401);
});

t.test('a file is given whole or in part', async (t) => {
  const tag = `"${SHA256}"`;
  const size = CONTENT.length;
  for (const [name, headers, status, from, to] of [
    ['whole', {}, 200, 0, size],
    ['from the middle on', { range: 'bytes=1000-' }, 206, 1000, size],
    ['the first', { range: 'bytes=0-0' }, 206, 0, 1],
    ['the last', { range: 'bytes=-5' }, 206, size - 5, size],
    ['if it is the same', { range: 'bytes=7-9', 'if-range': tag }, 206, 7, 10],
    ['whole, as it is another', { range: 'bytes=7-9', 'if-range': '"x"' }, 200, 0, size],
    ['whole, as there are two ranges', { range: 'bytes=0-1,3-4' }, 200, 0, size],
  ] as const) {
    const answer = await ask('GET', '/test/file', { headers });
    t.equal(answer.status, status, name);
    t.ok(answer.raw.equals(CONTENT.subarray(from, to)), `${name}: the bytes`);
    t.equal(answer.headers['content-length'], String(to - from));
    t.equal(answer.headers.etag, tag);
    const range = status === 206 ? `bytes ${from}-${to - 1}/${size}` : undefined;
    t.equal(answer.headers['content-range'], range);
  }
  const beyond = await ask('GET', '/test/file', { headers: { range: `bytes=${size}-` } });
  t.match(beyond, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  t.match(await ask('GET', '/test/file', { headers: { 'if-none-match': tag } }), { status: 304 });
  const head = await ask('HEAD', '/test/file');
  t.match(head, { status: 200, headers: { 'content-length': String(size) } });
  t.equal(head.raw.length, 0);
});

t.test('ranges', async (t) => {
  for (const [header, expected] of [
    [undefined, null],
    ['bytes=0-', { first: 0, last: 9 }],
    ['bytes=3-100', { first: 3, last: 9 }],
    ['bytes=-100', { first: 0, last: 9 }],
    ['bytes=-0', 'outside'],
    ['bytes=10-', 'outside'],
    ['bytes=5-4', null],
    ['bytes=-', null],
    ['lines=0-1', null],
    ['bytes=a-b', null],
  ] as const) {
    t.same(parseByteRange(header, 10), expected, String(header));
  }
  t.equal(parseByteRange('bytes=0-', 0), 'outside');
});
