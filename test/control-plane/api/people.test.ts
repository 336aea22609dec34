import t from 'tap';
import { openSessionApi } from '../stand/session-api.ts';

const { admin, ask, addPerson } = await openSessionApi(t);

t.test('tokens of a person: no more than they may, and theirs alone', async (t) => {
  const { own } = await addPerson('gerd', 'labeller');
  const make = (role: string, headers: Record<string, string>, name = `a ${role} of gerd`) =>
    ask('POST', '/api/tokens', { headers, body: { name, role } });
  t.match(await make('operator', own), { status: 403 });
  t.match(await make('trainer', own), { status: 403 });
  const made = await make('labeller', own);
  t.match(made, { status: 201, body: { token: { person: 'gerd', createdBy: 'person:gerd' } } });
  t.match(
    await make('labeller', own),
    { status: 409, body: { code: 'CONFLICT' } },
    'the same name',
  );
  const authorization = `Bearer ${made.body.secret}`;
  t.match(await make('viewer', { authorization }), { status: 403 }, 'no token makes another');
  t.match((await ask('GET', '/api/tokens', { headers: own })).body.tokens, [{ person: 'gerd' }]);
  const all = (await ask('GET', '/api/tokens', { headers: { authorization: admin } })).body.tokens;
  const { id: others } = all.find(({ name }: { name: string }) => name === 'a admin');
  t.equal((await ask('DELETE', `/api/tokens/${others}`, { headers: own })).status, 404);
  const { id } = made.body.token;
  t.equal((await ask('DELETE', `/api/tokens/${id}`, { headers: own })).status, 200);
  t.match(await make('labeller', own), { status: 201 }, 'the name is free again');
});

t.test('nobody changes what they may themselves; a name is given once', async (t) => {
  const { own } = await addPerson('hugo', 'admin');
  const body = { disabled: true };
  t.match(await ask('PATCH', '/api/people/hugo', { headers: own, body }), { status: 409 });
  const again = { name: 'hugo', role: 'viewer' };
  t.match(await ask('POST', '/api/people', { headers: own, body: again }), { status: 409 });
  for (const name of ['Hugo', 'hu go', '', '../x']) {
    const wrong = await ask('POST', '/api/people', {
      headers: own,
      body: { name, role: 'viewer' },
    });
    t.equal(wrong.status, 400, name);
  }
});
