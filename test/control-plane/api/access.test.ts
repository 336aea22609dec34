import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Role } from '../../../control-plane/src/access/roles.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, database } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const admin = await bearer(tokens, 'admin');

async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  authorization?: string,
  more: { body?: object; headers?: Record<string, string>; from?: string } = {},
) {
  const { statusCode, body, headers } = await app.inject({
    method,
    url,
    remoteAddress: more.from ?? '127.0.0.1',
    headers: { ...(authorization && { authorization }), ...more.headers },
    ...(more.body && { payload: more.body }),
  });
  return { status: statusCode, headers, body: body === '' ? null : JSON.parse(body) };
}

t.test('who has no token, or one that is not known, sees nothing', async (t) => {
  const without = await ask('GET', '/api/devices');
  t.match(without, { status: 401, body: { code: 'UNAUTHENTICATED' } });
  t.equal(without.headers['www-authenticate'], 'Bearer');
  for (const authorization of ['Bearer elt_wrong', 'Basic cGktMTp4', 'Digest x', 'Bearer']) {
    const from = `10.0.0.${authorization.length}`;
    t.match(await ask('GET', '/api/devices', authorization, { from }), { status: 401 });
  }
  t.match(await ask('GET', '/healthz'), { status: 200 });
});

const NEEDED = [
  ['GET', '/api/devices', ['viewer', 'labeller', 'operator', 'admin', 'trainer']],
  ['GET', '/api/tokens', ['admin']],
  ['GET', '/api/audit', ['admin']],
] as const;
for (const role of [
  'viewer',
  'labeller',
  'operator',
  'admin',
  'trainer',
] as const satisfies readonly Role[]) {
  t.test(`what a ${role} may see`, async (t) => {
    const authorization = await bearer(tokens, role);
    for (const [method, url, allowed] of NEEDED) {
      const { status } = await ask(method, url, authorization);
      t.equal(status, (allowed as readonly Role[]).includes(role) ? 200 : 403, url);
    }
  });
}

t.test(
  'a token is told once, works until it is revoked, and stands in the audit log',
  async (t) => {
    const made = await ask('POST', '/api/tokens', admin, {
      body: { name: 'wall', role: 'viewer' },
    });
    t.equal(made.status, 201);
    const { token, secret } = made.body;
    t.match(secret, /^elt_[\w-]{43}$/);
    t.equal((await ask('GET', '/api/devices', `Bearer ${secret}`)).status, 200);
    const listed = await ask('GET', '/api/tokens', admin);
    t.notOk(JSON.stringify(listed.body).includes(secret.slice(4)), 'no secret in the list');
    t.match(await ask('DELETE', `/api/tokens/${token.id}`, admin), {
      status: 200,
      body: { name: 'wall', revokedAt: String },
    });
    t.equal((await ask('GET', '/api/devices', `Bearer ${secret}`)).status, 401);
    const { entries } = (await ask('GET', '/api/audit', admin)).body;
    t.match(entries.slice(0, 2), [
      { action: 'revokeToken', subject: `/api/tokens/${token.id}`, principal: 'token:a admin' },
      { action: 'createToken', request: { name: 'wall', role: 'viewer' }, status: 201 },
    ]);
    const older = (await ask('GET', '/api/audit?limit=1&action=createToken', admin)).body;
    t.equal(older.entries.length, 1);
  },
);

t.test('a token ends when it said it would', async (t) => {
  const make = (expiresAt: string) =>
    ask('POST', '/api/tokens', admin, { body: { name: 'short', role: 'viewer', expiresAt } });
  const late = await make('2026-11-24T00:00:00.000Z');
  t.match(late, { status: 400, body: { detail: /^Expected a time from now on for expiresAt/ } });
  const { secret } = (await make('2999-11-24T00:00:00.000Z')).body;
  const status = async () =>
    (await ask('GET', '/api/devices', `Bearer ${secret}`, { from: '10.1.0.1' })).status;
  t.equal(await status(), 200);
  const short = database.updateTable('api_tokens').where('name', '=', 'short');
  await short.set({ expires_at: Date.now() }).execute();
  t.equal(await status(), 401);
});

t.test('who guesses must wait, and who has a token need not, wherever they ask from', async (t) => {
  const from = '10.2.0.1';
  const guess = (authorization: string) => ask('GET', '/api/devices', authorization, { from });
  for (let i = 0; i < 4; i++) t.equal((await guess('Bearer elt_guess')).status, 401);
  const { token, secret } = await tokens.create({ name: 'old', role: 'viewer' }, 'a test');
  await tokens.revoke(token.id);
  const basic = `Basic ${Buffer.from('pi-1:guess').toString('base64')}`;
  const answers = new Set<string>();
  for (const wrong of [
    'Bearer x',
    `Bearer elt_${'a'.repeat(43)}`,
    `Bearer ${secret}`,
    basic,
    '?',
  ]) {
    const refused = await guess(wrong);
    t.match(refused, { status: 429, headers: { 'retry-after': '1' } }, wrong);
    answers.add(JSON.stringify(refused.body));
  }
  t.match([...answers], [/"TOO_MANY_ATTEMPTS".*pause of 1 s/]);
  t.equal(answers.size, 1, 'whatever is wrong with it');
  t.equal((await guess(admin)).status, 200, 'from the same address');
  t.equal((await guess('Bearer elt_guess')).status, 429, 'which pays for no guesses');
  t.equal((await ask('GET', '/api/devices', admin, { from: '10.2.0.2' })).status, 200);
});

t.test('what the asker has is not sent again', async (t) => {
  const first = await ask('GET', '/api/tokens', admin);
  const etag = String(first.headers.etag);
  t.match(etag, /^"[\w-]{27}"$/);
  const again = await ask('GET', '/api/tokens', admin, { headers: { 'if-none-match': etag } });
  t.match(again, { status: 304, body: null });
  const other = await ask('GET', '/api/tokens', admin, { headers: { 'if-none-match': '"x"' } });
  t.equal(other.status, 200);
});
