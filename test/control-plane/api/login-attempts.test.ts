import t from 'tap';
import { openSessionApi, PASSWORD } from '../stand/session-api.ts';

const { ask, addPerson } = await openSessionApi(t);

t.test('guesses wait: of an address, and of a name from everywhere', async (t) => {
  const right = { name: 'iris', password: PASSWORD };
  await addPerson('iris', 'viewer');
  const guess = (name: string, from: string, password = 'a wrong password') =>
    ask('POST', '/api/session', { from, body: { name, password } });
  const unknown: unknown[] = [];
  for (let i = 0; i < 5; i++) unknown.push((await guess('nobody', '10.3.0.1')).status);
  t.same(unknown, [401, 401, 401, 401, 429], 'also for a name that nobody has');
  const early = await ask('POST', '/api/session', { from: '10.3.0.1', body: right });
  t.match(early, { status: 429, headers: { 'retry-after': '1' } }, 'even the right one');
  for (let i = 0; i < 4; i++) t.equal((await guess('iris', `10.4.0.${i}`)).status, 401);
  const elsewhere = await guess('iris', '10.4.0.9', PASSWORD);
  t.match(elsewhere, { status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
  const code = `elc_${'a'.repeat(43)}`;
  const codes: number[] = [];
  for (let i = 0; i < 5; i++) {
    codes.push((await ask('POST', '/api/session', { from: '10.5.0.1', body: { code } })).status);
  }
  t.same(codes, [401, 401, 401, 401, 429]);
});

t.test('guesses from many addresses of one network are those of one', async (t) => {
  const from = (i: number) => `2001:db8:3:4::${i + 1}`;
  const passwords: number[] = [];
  const codes: number[] = [];
  const tokens: number[] = [];
  for (let i = 0; i < 5; i++) {
    const body = { name: `nobody-${i}`, password: 'a wrong password' };
    passwords.push((await ask('POST', '/api/session', { from: from(i), body })).status);
    const code = `elc_${`${i}`.repeat(43)}`;
    codes.push((await ask('POST', '/api/session', { from: from(i + 10), body: { code } })).status);
  }
  for (let i = 0; i < 5; i++) {
    const headers = { authorization: 'Bearer elt_no' };
    tokens.push((await ask('GET', '/api/devices', { from: `2001:db8:3:5::${i}`, headers })).status);
  }
  for (const statuses of [passwords, codes, tokens]) t.same(statuses, [401, 401, 401, 401, 429]);
  const elsewhere = { from: '2001:db8:3:6::1', body: { name: 'nobody', password: 'wrong' } };
  t.equal((await ask('POST', '/api/session', elsewhere)).status, 401);
});
