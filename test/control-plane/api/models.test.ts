import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileReference, MANIFEST_FILE } from '@edgeloop/protocol';
import { readPrivateKey, rotateKeyFolder, signPackage } from '@edgeloop/signing';
import t from 'tap';
import {
  withExtraFile,
  withLargePicture,
  writeColourPackage,
} from '../../stand/models/colour-package.ts';
import { asDevice } from '../stand/known-devices.ts';
import { openModelApi } from '../stand/model-api.ts';
import { sha256 } from '../stand/pictures.ts';
import { bearer } from '../stand/test-api.ts';

const models = await openModelApi(t);
const { app, folder, artifacts, registry, tokens, operator, published } = models;
const { ask, announce, bring, bringReport } = models;
const sound = await writeColourPackage(join(folder, 'sound'));
const CONTENT = new TextEncoder().encode('{}\n{}\n');
let digest = '';

t.test('a package is announced, completed, checked, signed and registered', async (t) => {
  t.match(await announce(sound), { status: 404, body: { detail: /edgeloop tasks create/ } });
  t.match(await ask('POST', '/api/tasks', { task: 'colours' }), { status: 201 });
  t.match(await ask('POST', '/api/tasks', { task: 'colours' }), { status: 409 });
  const { status, body } = await announce(sound);
  t.equal(status, 201);
  digest = body.model.digest;
  t.match(body.model, { state: 'announced', accuracy: 1, createdBy: 'token:a operator' });
  t.same(body.missing.map(({ path }: FileReference) => path).sort(), [
    'golden/0.jpg',
    'golden/0.rgb',
    'model.int8.onnx',
    'predictions.jsonl',
  ]);
  const complete = () => ask('POST', `/api/models/${digest}/complete`);
  await bring(sound, body.missing.slice(1));
  t.match(await complete(), { status: 409, body: { code: 'MODEL_INCOMPLETE' } });
  const file = `/api/models/${digest}/files/${MANIFEST_FILE}`;
  const device = asDevice('door-1');
  t.match(await ask('GET', file, undefined, device), { status: 404 }, 'not for devices yet');
  await bring(sound, body.missing);

  const [first, second] = await Promise.all([complete(), complete()]);
  t.same([first.status, second.status].sort(), [200, 409], 'checked once at a time');
  t.match(await complete(), { status: 200, body: { state: 'registered', refusal: null } });
  const model = (await ask('GET', `/api/models/${digest}`)).body;
  const { keys } = registry;
  keys.check(readFileSync(join(sound, MANIFEST_FILE)), model.signature);
  // The task, and then its classes.
  t.same(published, ['task.changed', 'task.changed', 'model.registered']);
  t.same((await ask('GET', '/api/tasks/colours')).body.classes, ['red', 'green', 'blue']);
  t.match(await announce(sound), { status: 201, body: { missing: [] } });
  t.match(await ask('GET', file, undefined, device), { status: 200, body: { format: 1 } });
  t.match(await ask('GET', `/api/models/${digest}/files/manifest.sig.json`, undefined, device), {
    body: model.signature,
  });
  t.match(await ask('GET', `/api/models/${digest}/files/..%2f..%2fx`), { status: 404 });
  t.match(await ask('GET', `/api/models/${digest}/files/none`), { status: 404 });
  const beyond = await app.inject({
    url: file,
    headers: { authorization: operator, range: 'bytes=999999-' },
  });
  t.match(beyond, { statusCode: 416, headers: { 'content-range': /^bytes \*\/\d+$/ } });
  t.notOk(beyond.headers['cache-control'] ?? beyond.headers.etag, 'no error is kept for a year');
  const golden = body.missing.find(({ path }: FileReference) => path === 'golden/0.jpg').sha256;
  await artifacts.remove(golden);
  t.ok(await artifacts.find(golden), 'a sample of the same bytes that goes does not take it along');
});

t.test('of a model the task gets the classes that can be labelled', async (t) => {
  const strange = await writeColourPackage(join(folder, 'strange'));
  const path = join(strange, MANIFEST_FILE);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"red"', '"red/ish"'));
  await ask('POST', '/api/tasks', { task: 'strange' });
  const { model, missing } = (await announce(strange, { task: 'strange' })).body;
  await bring(strange, missing);
  const completed = await ask('POST', `/api/models/${model.digest}/complete`);
  t.match(completed.body, { state: 'registered', refusal: null });
  t.same((await ask('GET', '/api/tasks/strange')).body.classes, ['green', 'blue']);
});

t.test('a model that is none is refused, and why can be read', async (t) => {
  const wrong = await writeColourPackage(join(folder, 'wrong'), new Uint8Array([1, 2, 3]));
  const { model, missing } = (await announce(wrong)).body;
  await bring(wrong, missing);
  const refused = await ask('POST', `/api/models/${model.digest}/complete`);
  t.match(refused, { status: 200, body: { state: 'refused', refusal: { code: 'NOT_A_MODEL' } } });
  t.equal(refused.body.signature, null, 'not signed');
  t.match(await ask('PUT', `/api/models/${model.digest}/aliases/champion`, {}), { status: 409 });
  t.match(await ask('GET', '/api/models?state=refused'), {
    body: { models: [{ digest: model.digest }] },
  });
});

t.test('what is refused before anything is kept', async (t) => {
  const manifest = JSON.parse(readFileSync(join(sound, MANIFEST_FILE), 'utf8'));
  const changed = (change: object) => JSON.stringify({ ...manifest, ...change });
  const { variants } = manifest;
  const twice = structuredClone(variants);
  twice.int8.file.path = 'predictions.jsonl';
  const huge = structuredClone(variants);
  huge.int8.file.bytes = 2 ** 40;
  const outside = structuredClone(variants);
  outside.int8.file.path = '../../etc/passwd';
  const signature = { keyId: '0'.repeat(32), algorithm: 'ed25519', signature: 'A'.repeat(86) };
  for (const [name, more, code] of [
    ['no manifest', { manifest: 'x' }, 'MANIFEST_REFUSED'],
    [
      'more than devices fetch',
      { manifest: `${changed({})}${' '.repeat(2 ** 22)}` },
      'MANIFEST_REFUSED',
    ],
    ['two files of one name', { manifest: changed({ variants: twice }) }, 'MANIFEST_REFUSED'],
    ['a terabyte', { manifest: changed({ variants: huge }) }, 'MANIFEST_REFUSED'],
    [
      'a path that leaves the folder',
      { manifest: changed({ variants: outside }) },
      'MANIFEST_REFUSED',
    ],
    ['a key that nobody knows', { signature }, 'SIGNATURE_REFUSED'],
    [
      'a parent that is not here',
      { manifest: changed({ name: 'other' }), parent: 'f'.repeat(64) },
      'NOT_FOUND',
    ],
    ['an unknown field', { aliases: [] }, 'REQUEST_INVALID'],
  ] as const) {
    t.equal((await announce(sound, more)).body.code, code, name);
  }
  const refused = sha256(Buffer.from(changed({ name: 'other' })));
  t.equal(await artifacts.find(refused), null, 'not even the manifest');
});

t.test('aliases: only the gate makes a candidate', async (t) => {
  const url = `/api/models/${digest}/aliases`;
  t.match(await ask('PUT', `${url}/candidate`, {}), { status: 403, body: { detail: /gate/ } });
  t.match(await ask('PUT', `${url}/other`, {}), { status: 400 });
  t.match(await ask('PUT', `${url}/champion`, { expected: digest }), { status: 412 });
  t.match(await ask('PUT', `${url}/champion`, { expected: null }), {
    status: 200,
    body: { aliases: ['champion'] },
  });
  const viewer = await bearer(tokens, 'viewer');
  t.match(await ask('PUT', `${url}/champion`, {}, viewer), { status: 403 });
  t.match(await ask('GET', '/api/tasks/colours/alias-changes', undefined, viewer), {
    body: { changes: [{ alias: 'champion', from: null, to: digest, by: 'token:a operator' }] },
  });
  t.match(await ask('DELETE', `${url}/champion`), { status: 200, body: { aliases: [] } });
  t.match(await ask('DELETE', `${url}/champion`), { status: 412 });
});

t.test("a trainer's report is a page that runs nothing, and gives way to the next", async (t) => {
  const url = `/api/models/${digest}/report`;
  const trainer = await bearer(tokens, 'trainer');
  t.match(await ask('GET', url), { status: 404, body: { detail: /card says/ } });
  t.equal((await ask('GET', `/api/models/${digest}`)).body.report, null);
  const first = await bringReport('<h1>First</h1>');
  const put = (sha256: string, who = trainer) => ask('PUT', url, { sha256 }, who);
  t.equal((await put(first, await bearer(tokens, 'viewer'))).status, 403);
  t.match(await put('e'.repeat(64)), { status: 404, body: { detail: /Bring it by/ } });
  t.equal((await put(first)).status, 204);
  await artifacts.remove(first);
  t.ok(await artifacts.find(first), 'nobody else takes it away');
  const second = await bringReport('<h1>Second</h1>');
  t.equal((await put(second)).status, 204);
  t.equal((await put(second)).status, 204, 'told twice');
  t.equal(await artifacts.find(first), null, 'the one before is gone');
  const page = await app.inject({ url, headers: { authorization: operator } });
  t.match(page, {
    statusCode: 200,
    body: '<h1>Second</h1>',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-cache',
      'content-security-policy': /^sandbox; default-src 'none'/,
    },
  });
  t.match((await ask('GET', `/api/models/${digest}`)).body.report, { bytes: 15 });
});

t.test('sizes are judged before anything is laid out', async (t) => {
  const large = await withLargePicture(await writeColourPackage(join(folder, 'large')));
  const { model, missing } = (await announce(large)).body;
  await bring(large, missing);
  const laid = t.capture(artifacts, 'layOut', artifacts.layOut);
  t.match(await ask('POST', `/api/models/${model.digest}/complete`), {
    status: 200,
    body: {
      state: 'refused',
      refusal: { code: 'PACKAGE', message: /at most 33554432 bytes for golden\/0\.jpg/ },
    },
  });
  t.equal(laid().length, 0);
});

t.test('a key that was taken away since the package was announced counts no more', async (t) => {
  const keys = join(folder, 'keys');
  const old = await readPrivateKey(join(keys, 'package-1.private.pem'));
  const signed = await withExtraFile(await writeColourPackage(join(folder, 'signed')), CONTENT);
  const manifest = readFileSync(join(signed, MANIFEST_FILE));
  const { body } = await announce(signed, { signature: signPackage(manifest, old) });
  await bring(signed, body.missing);
  const complete = () => ask('POST', `/api/models/${body.model.digest}/complete`);

  const times = { issued: Date.now(), expires: Date.now() + 60_000 };
  await rotateKeyFolder(keys, ['package'], [old.publicKey.keyId], times);
  t.match(await complete(), { status: 422, body: { code: 'SIGNATURE_REFUSED' } });
  t.match(await ask('GET', `/api/models/${body.model.digest}`), { body: { state: 'announced' } });

  const next = await readPrivateKey(join(keys, 'package-2.private.pem'));
  t.equal((await announce(signed, { signature: signPackage(manifest, next) })).status, 201);
  t.match(await complete(), {
    status: 200,
    body: { state: 'registered', signature: { keyId: next.publicKey.keyId } },
  });
});

t.test('roots are told from the first on', async (t) => {
  const roots = async () => (await ask('GET', '/api/keys/roots')).body.roots;
  t.match(await roots(), [{ signed: { version: 1 } }, { signed: { version: 2 } }]);
  const times = { issued: Date.now(), expires: Date.now() + 60_000 };
  await rotateKeyFolder(join(folder, 'keys'), ['package'], [], times);
  t.match(await roots(), [{}, {}, { signed: { version: 3 } }], 'a rotation needs no restart');
});
