import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { SEEN_EVERY } from '../../../control-plane/src/access/sessions/session-limits.ts';
import { until } from '../../stand/until.ts';
import { openSessionApi, PASSWORD } from '../stand/session-api.ts';

const { app, tokens, audit, admin, ask, logIn, addPerson } = await openSessionApi(t);

t.test('an invitation gives a password, a password a session, a session its role', async (t) => {
  const made = await ask('POST', '/api/people', {
    headers: { authorization: admin },
    body: { name: 'anna', role: 'operator' },
  });
  t.match(made, { status: 201, body: { person: { name: 'anna', passwordAt: null } } });
  const { secret, path } = made.body.invitation;
  t.equal(path, `/login#invitation=${secret}`);
  t.match(await ask('POST', '/api/session', { body: { name: 'anna', password: PASSWORD } }), {
    status: 401,
  });
  const weak = { invitation: secret, password: 'anna' };
  t.match(await ask('POST', '/api/session', { body: weak }), {
    status: 400,
    body: { detail: /10 to 200 characters/ },
  });
  t.match(await logIn({ invitation: secret, password: PASSWORD }), { status: 201 });
  t.match(await ask('POST', '/api/session', { body: { ...weak, password: 'another password' } }), {
    status: 401,
  });
  const { status, body, set, cookie, own } = await logIn({ name: 'anna', password: PASSWORD });
  t.match({ status, body }, { status: 201, body: { who: 'person:anna', role: 'operator' } });
  t.match(
    set,
    /^edgeloop_session=elb_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  t.match(await ask('GET', '/api/session', { headers: { cookie } }), {
    body: { who: 'person:anna', kind: 'person', csrf: body.csrf, expiresAt: String },
  });
  t.equal((await ask('GET', '/api/devices', { headers: { cookie } })).status, 200);
  t.match(await ask('GET', '/api/audit', { headers: { cookie } }), { status: 403 });
  const { entries } = await audit.list({ limit: 10, action: 'openSession' });
  t.match(entries[0], { principal: 'person:anna', request: { name: 'anna', password: '…' } });
  t.notOk(JSON.stringify(await audit.list({ limit: 100 })).includes(secret), 'no secret');
  t.match(await ask('DELETE', '/api/session', { headers: own }), {
    status: 204,
    headers: { 'set-cookie': /^edgeloop_session=; Max-Age=0;/ },
  });
  t.match(await ask('GET', '/api/session', { headers: { cookie } }), {
    status: 401,
    body: { code: 'UNAUTHENTICATED' },
  });
  const whether = (headers: Record<string, string>) =>
    ask('GET', '/api/session?orNone=true', { headers });
  t.match(await whether({ cookie }), { status: 204, body: null });
  t.match(await whether({ authorization: admin }), { status: 200, body: { role: 'admin' } });
  t.match(await whether({ authorization: 'Bearer elt_wrong' }), { status: 401 });
});

t.test('over TLS the cookie is sent over TLS alone, behind a proxy, too', async (t) => {
  const { set } = await logIn(
    { token: admin.replace('Bearer ', '') },
    { origin: 'https://edge.example', host: 'edge.example' },
  );
  t.match(set, /; Secure$/);
});

t.test(
  'another site can neither change anything with a cookie, nor log a browser in',
  async (t) => {
    const { own, cookie } = await addPerson('ben', 'admin');
    const body = { name: 'robot', role: 'viewer' };
    const post = (headers: Record<string, string>) =>
      ask('POST', '/api/tokens', { headers: { host: 'edge.local', ...headers }, body });
    const foreign = { 'sec-fetch-site': 'cross-site' };
    const refused = [
      ['no header', { cookie }],
      ['a wrong header', { cookie, 'x-edgeloop-csrf': 'x'.repeat(43) }],
      ['an empty header', { cookie, 'x-edgeloop-csrf': '' }],
      ['another site', { ...own, ...foreign }],
      ['another port of the same host', { ...own, 'sec-fetch-site': 'same-site' }],
      ['another origin, by an old browser', { ...own, origin: 'http://evil.example' }],
      ['no origin at all', { ...own, origin: 'null' }],
    ] as const;
    for (const [what, headers] of refused) {
      t.match(await post(headers), { status: 403, body: { code: 'FORGERY_SUSPECTED' } }, what);
    }
    t.equal(
      (await ask('GET', '/api/people', { headers: { cookie } })).status,
      200,
      'reading is free',
    );
    t.match(await post({ ...own, 'sec-fetch-site': 'same-origin', origin: 'https://edge.local' }), {
      status: 201,
    });
    const other = await addPerson('bea', 'admin');
    t.match(
      await post({ cookie, 'x-edgeloop-csrf': other.own['x-edgeloop-csrf'] }),
      { status: 403 },
      "another session's",
    );
    t.match(
      await ask('POST', '/api/session', {
        headers: foreign,
        body: { name: 'ben', password: PASSWORD },
      }),
      { status: 403, body: { code: 'FORGERY_SUSPECTED' } },
    );
    t.match(
      await ask('POST', '/api/tokens', {
        headers: { authorization: admin, cookie, ...foreign },
        body: { ...body, name: 'another' },
      }),
      { status: 201 },
      'a token comes from no browser by itself',
    );
  },
);

t.test('a session is never the one that the browser brought along', async (t) => {
  const first = await addPerson('carl', 'viewer');
  const planted = `edgeloop_session=elb_${'a'.repeat(43)}`;
  const fixed = await logIn({ name: 'carl', password: PASSWORD }, { cookie: planted });
  t.not(fixed.cookie, planted);
  t.equal((await ask('GET', '/api/session', { headers: { cookie: planted } })).status, 401);
  const again = await logIn({ name: 'carl', password: PASSWORD }, { cookie: first.cookie });
  t.not(again.cookie, first.cookie);
  t.equal((await ask('GET', '/api/session', { headers: { cookie: first.cookie } })).status, 401);
  t.equal((await ask('GET', '/api/session', { headers: { cookie: fixed.cookie } })).status, 200);
});

t.test('another password ends every other session; who is disabled has none', async (t) => {
  const away = await addPerson('dora', 'labeller');
  const here = await logIn({ name: 'dora', password: PASSWORD });
  const token = await ask('POST', '/api/tokens', {
    headers: here.own,
    body: { name: 'laptop of dora', role: 'labeller' },
  });
  const authorization = `Bearer ${token.body.secret}`;
  const change = (password: string, newPassword: string) =>
    ask('PUT', '/api/session/password', { headers: here.own, body: { password, newPassword } });
  t.match(await change('a wrong password', 'an altogether new one'), { status: 403 });
  t.match(await change(PASSWORD, 'dora dora dora'), { status: 400 });
  t.equal((await change(PASSWORD, 'an altogether new one')).status, 204);
  const status = async (headers: Record<string, string>) =>
    (await ask('GET', '/api/session', { headers })).status;
  t.same(
    [await status({ cookie: away.cookie }), await status({ cookie: here.cookie })],
    [401, 200],
  );
  const patch = (body: object, headers: Record<string, string> = { authorization: admin }) =>
    ask('PATCH', '/api/people/dora', { headers, body });
  t.match(await patch({ role: 'viewer' }), { status: 200, body: { role: 'viewer' } });
  t.match(await ask('GET', '/api/session', { headers: { authorization } }), {
    body: { who: 'person:dora', role: 'viewer', csrf: null },
  });
  t.match(await patch({ disabled: true }), { body: { disabledAt: String, sessions: 0 } });
  t.same([await status({ cookie: here.cookie }), await status({ authorization })], [401, 401]);
  const password = 'an altogether new one';
  t.match(await ask('POST', '/api/session', { body: { name: 'dora', password } }), { status: 401 });
  t.match(await patch({ disabled: false }), { body: { disabledAt: null } });
  t.equal((await logIn({ name: 'dora', password })).status, 201);
});

t.test('a login link logs in once, as who made it', async (t) => {
  const { own } = await addPerson('emil', 'operator');
  const link = await ask('POST', '/api/session/link', { headers: own });
  const { code, path } = link.body;
  t.equal(path, `/login#code=${code}`);
  const answers = await Promise.all([logIn({ code }), logIn({ code })]);
  t.same(answers.map(({ status }) => status).sort(), [201, 401]);
  t.match(answers.find(({ status }) => status === 201)?.body, { who: 'person:emil' });
  const byToken = await ask('POST', '/api/session/link', { headers: { authorization: admin } });
  const opened = await logIn({ code: byToken.body.code });
  t.match(opened.body, { who: 'token:a admin', kind: 'token', role: 'admin' });
  t.match(
    await ask('PUT', '/api/session/password', {
      headers: opened.own,
      body: { password: 'x', newPassword: 'an altogether new one' },
    }),
    { status: 409 },
    'a token has no password',
  );
});

t.test('what a login link opened ends with the session or the token that made it', async (t) => {
  const status = async ({ cookie }: { cookie: string }) =>
    (await ask('GET', '/api/session', { headers: { cookie } })).status;
  const codeOf = async (headers: Record<string, string>) =>
    (await ask('POST', '/api/session/link', { headers })).body.code as string;
  const byLink = async ({ own }: { own: Record<string, string> }, headers = {}) =>
    logIn({ code: await codeOf(own) }, headers);
  const first = await addPerson('jana', 'operator');
  const desk = await logIn({ name: 'jana', password: PASSWORD });
  const phone = await byLink(first);
  const tablet = await byLink(phone);
  const unused = await codeOf(tablet.own);
  const patch = (body: object) =>
    ask('PATCH', '/api/people/jana', { headers: { authorization: admin }, body });
  await patch({ role: 'viewer' });
  t.match(await ask('GET', '/api/session', { headers: { cookie: tablet.cookie } }), {
    body: { role: 'viewer' },
  });
  await ask('DELETE', '/api/session', { headers: first.own });
  const all = await Promise.all([first, phone, tablet, desk].map(status));
  t.same(all, [401, 401, 401, 200], 'logged out with it, and those that they logged in');
  t.equal((await ask('POST', '/api/session', { body: { code: unused } })).status, 401);

  const lamp = await byLink(desk);
  const again = await byLink(lamp, { cookie: desk.cookie });
  t.same(
    await Promise.all([desk, lamp, again].map(status)),
    [401, 401, 200],
    'a browser that opens a link of its own stays logged in',
  );
  const wall = await byLink(again);
  const change = { password: PASSWORD, newPassword: 'an altogether new one' };
  const changed = await ask('PUT', '/api/session/password', { headers: wall.own, body: change });
  t.equal(changed.status, 204);
  t.same(await Promise.all([again, wall].map(status)), [401, 200], 'a password stands for itself');
  await patch({ disabled: true });
  t.equal(await status(wall), 401);

  const made = await tokens.create({ name: 'kiosk', role: 'viewer' }, 'a test');
  const kiosk = await byLink({ own: { authorization: `Bearer ${made.secret}` } });
  t.equal(await status(kiosk), 200);
  await tokens.revoke(made.token.id);
  t.equal(await status(kiosk), 401);
});

t.test('a session and its event streams end with the token that it was opened with', async (t) => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const made = await tokens.create({ name: 'wall', role: 'viewer' }, 'a test');
  const { cookie, own } = await logIn({ token: made.secret });
  const listen = async (headers: Record<string, string>) => {
    const state = { text: '', ended: false };
    const url = `http://127.0.0.1:${port}/api/events`;
    const response = await new Promise<IncomingMessage>((done) => get(url, { headers }, done));
    response.on('data', (piece) => {
      state.text += piece;
    });
    response.on('close', () => {
      state.ended = true;
    });
    await until(() => state.text.includes(': listening'));
    t.teardown(() => response.destroy());
    return state;
  };
  const [bySession, byOther] = [await listen({ cookie }), await listen({ authorization: admin })];
  await ask('DELETE', `/api/tokens/${made.token.id}`, { headers: { authorization: admin } });
  await until(() => bySession.ended);
  t.equal((await ask('GET', '/api/session', { headers: own })).status, 401);
  t.equal(byOther.ended, false, 'nobody else is cut');
  const person = await addPerson('frida', 'viewer');
  const hers = await listen({ cookie: person.cookie });
  await ask('DELETE', '/api/session', { headers: person.own });
  await until(() => hers.ended);

  const { cookie: lost } = await logIn({ name: 'frida', password: PASSWORD });
  const onThatOne = await listen({ cookie: lost });
  const { body } = await ask('POST', '/api/people/frida/invitation', {
    headers: { authorization: admin },
  });
  const begun = performance.now();
  await logIn({ invitation: body.invitation.secret, password: 'an altogether new one' });
  await until(() => onThatOne.ended);
  t.ok(performance.now() - begun < SEEN_EVERY / 2, 'not when it is looked at next');
});
