import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { MAX_PICTURE_BYTES } from '@edgeloop/protocol';
import t from 'tap';
import { asDevice, KNOWN_DEVICES } from '../stand/known-devices.ts';
import { openTestApi } from '../stand/open-test-api.ts';
import { picture } from '../stand/pictures.ts';
import { bearer } from '../stand/test-api.ts';

const { app, folder, tokens, events, database, admissions } = await openTestApi(t, {
  devices: KNOWN_DEVICES,
});
for (const name of ['door', 'gate', 'hall', 'flood']) {
  await database
    .insertInto('accounts')
    .values({
      name,
      kind: 'device',
      secret_hash: '',
      mosquitto_hash: '',
      generation: 1,
      changed_at: 0,
      revoked_at: null,
    })
    .execute();
  await database
    .insertInto('enrolments')
    .values({
      device: name as never,
      site: 'works' as never,
      public_key: name,
      token: 't',
      enrolled_at: 0,
      leaving_at: null,
    })
    .execute();
  await admissions.refresh(name);
}
const heard: { kind: string; subject: object; id: string }[] = [];
events.subscribe((event) => heard.push(event));
const viewer = await bearer(tokens, 'viewer');

const OCCURRENCE = '22222222-2222-4222-8222-222222222222';
const AT = '2026-11-24T00:22:22.123Z';
const put = (
  path: string,
  content: Uint8Array,
  { device = 'door', at = AT, type = 'image/jpeg', query = '' } = {},
) =>
  app.inject({
    method: 'PUT',
    url: `/api/device/${path}/picture?capturedAt=${at}${query}`,
    payload: Buffer.from(content),
    headers: { authorization: asDevice(device), 'content-type': type },
  });
const see = (path: string, headers: Record<string, string> = {}, authorization = viewer) =>
  app.inject({ url: `/api/devices/${path}/picture`, headers: { authorization, ...headers } });

t.test('the last frame of a camera is the newest that came', async (t) => {
  const [first, second] = [await picture(1), await picture(2)];
  t.match(await see('door/cameras/cam0'), { statusCode: 404 }, 'none yet');
  const whether = (of: string, authorization = viewer) =>
    app.inject({ url: `/api/devices/${of}/picture?orNone=true&of=1`, headers: { authorization } });
  t.match(await whether('door/cameras/cam0'), { statusCode: 204, body: '' });
  t.match(await whether(`door/occurrences/${OCCURRENCE}`), { statusCode: 204, body: '' });
  t.match(await whether('door/cameras/cam0', asDevice('door')), { statusCode: 403 });
  t.match(await put('cameras/cam0', first), { statusCode: 204 });
  const seen = await see('door/cameras/cam0');
  t.match(seen, { statusCode: 200 });
  t.same(seen.rawPayload, Buffer.from(first));
  t.match(seen.headers, {
    'content-type': 'image/jpeg',
    'cache-control': 'private, no-cache',
    'x-edgeloop-captured-at': AT,
    'x-content-type-options': 'nosniff',
  });
  const tag = String(seen.headers.etag);
  const again = await see('door/cameras/cam0', { 'if-none-match': tag });
  t.match(again, { statusCode: 304, body: '' });
  t.equal(again.headers.etag, tag);
  await put('cameras/cam0', second, { at: '2026-11-24T00:22:23.000Z' });
  const newer = await see('door/cameras/cam0', { 'if-none-match': tag });
  t.match(newer, { statusCode: 200 });
  t.same(newer.rawPayload, Buffer.from(second));
  t.match(await see('gate/cameras/cam0'), { statusCode: 404 }, 'of its own device alone');
  t.match(await see('door/cameras/cam0', {}, asDevice('door')), { statusCode: 403 });
  t.match(heard[0], {
    kind: 'picture.changed',
    subject: { site: 'works', device: 'door', camera: 'cam0' },
    data: { capturedAt: AT },
  });
});

t.test('an occurrence has a thumbnail of its own', async (t) => {
  const bytes = await picture(3);
  const path = `occurrences/${OCCURRENCE}`;
  t.match(await see(`door/${path}`), { statusCode: 404 });
  t.match(await put(path, bytes, { query: '&camera=cam0' }), { statusCode: 204 });
  t.match(await put(path, bytes, { query: '&camera=cam0' }), { statusCode: 204 }, 'again');
  const seen = await see(`door/${path}`);
  t.same(seen.rawPayload, Buffer.from(bytes));
  t.match(seen.headers, { 'cache-control': /max-age/, 'x-edgeloop-captured-at': AT });
  t.match(heard.at(-1), { kind: 'occurrence.pictured', subject: { occurrence: OCCURRENCE } });
  t.match(await put(path, bytes), { statusCode: 400 }, 'of which camera must be said');
});

t.test('what is told of pictures pushes nothing out that is kept for who was away', async (t) => {
  events.publish({ kind: 'device.silent', subject: { device: 'door' }, data: null });
  const { id } = heard.at(-1)!;
  await put('cameras/cam0', await picture(4));
  t.match(heard.at(-1), { kind: 'picture.changed', id }, 'who saw it goes on after the last kept');
  t.same(events.since(id), []);
});

t.test('nothing is kept that a device should not bring', async (t) => {
  const wide = await encodeJpeg(
    { data: new Uint8Array(1400 * 10 * 3), width: 1400, height: 10 },
    50,
  );
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const jpeg = Buffer.from(await picture(5));
  for (const [what, content, options, status, code] of [
    [
      'text',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      {},
      422,
      'PICTURE_UNREADABLE',
    ],
    ['a PNG', png, { type: 'image/png' }, 422, 'PICTURE_UNREADABLE'],
    ['a head without a body', jpeg.subarray(0, 20), {}, 422, 'PICTURE_UNREADABLE'],
    ['nothing', Buffer.alloc(0), {}, 422, 'PICTURE_UNREADABLE'],
    ['too many pixels', Buffer.from(wide), {}, 413, 'UPLOAD_TOO_LARGE'],
    ['too many bytes', Buffer.alloc(MAX_PICTURE_BYTES + 1), {}, 413, 'UPLOAD_TOO_LARGE'],
    ['JSON', Buffer.from('{}'), { type: 'application/json' }, 415, 'REQUEST_INVALID'],
    ['no time', jpeg, { at: '2026-13-45T00:00:00.000Z' }, 400, 'REQUEST_INVALID'],
    ['a time before 1970', jpeg, { at: '0001-01-01T00:00:00.000Z' }, 400, 'REQUEST_INVALID'],
  ] as const) {
    const refused = await put('cameras/cam9', content, { device: 'hall', ...options });
    t.equal(refused.statusCode, status, what);
    t.equal(refused.json().code, code, what);
  }
  t.match(await put('cameras/..%2F..%2Fx', jpeg, { device: 'hall' }), { statusCode: 400 });
  t.match(await put('cameras/cam9', jpeg, { device: 'hall', at: '2999-01-01T00:00:00.000Z' }), {
    statusCode: 204,
  });
  const { headers } = await see('hall/cameras/cam9');
  t.ok(Date.parse(String(headers['x-edgeloop-captured-at'])) <= Date.now(), 'a clock ahead');
});

t.test('cameras without end, and pictures without end, are refused', async (t) => {
  const jpeg = await picture(6);
  for (let i = 0; i < 16; i++) {
    t.match(await put(`cameras/c${i}`, jpeg, { device: 'flood' }), { statusCode: 204 });
  }
  t.match(await put('cameras/c16', jpeg, { device: 'flood' }), { statusCode: 409 });
  const many = Array.from({ length: 200 }, () => put('cameras/c0', jpeg, { device: 'flood' }));
  const refused = (await Promise.all(many)).filter(({ statusCode }) => statusCode === 429);
  t.ok(refused.length > 0, `${refused.length} of 200 at once`);
  t.match(refused[0], { headers: { 'retry-after': '1' } });
  t.match(await put('cameras/c0', jpeg, { device: 'gate' }), { statusCode: 204 }, 'others may');
});

t.test('a device that leaves leaves no picture', async (t) => {
  const operator = await bearer(tokens, 'operator');
  const kept = (kind: string) => join(folder, 'pictures', kind, 'door');
  t.ok(readdirSync(kept('cameras')).length > 0 && readdirSync(kept('occurrences')).length > 0);
  const left = await app.inject({
    method: 'DELETE',
    url: '/api/devices/door',
    headers: { authorization: operator },
  });
  t.match(left, { statusCode: 200 });
  t.notOk(existsSync(kept('cameras')) || existsSync(kept('occurrences')));
  t.match(await put('cameras/cam0', await picture(7)), { statusCode: 204 });
  t.notOk(existsSync(kept('cameras')), 'one that was on its way meanwhile is not kept either');
});
