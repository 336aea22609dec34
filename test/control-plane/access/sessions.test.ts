import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { isSamePrincipal } from '../../../control-plane/src/access/is-same-principal.ts';
import { PersonStore } from '../../../control-plane/src/access/people/person-store.ts';
import { LoginCodeStore } from '../../../control-plane/src/access/sessions/login-code-store.ts';
import { SessionStore } from '../../../control-plane/src/access/sessions/session-store.ts';
import { TokenStore } from '../../../control-plane/src/access/token-store.ts';
import { DATABASES } from '../stand/databases.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

for (const engine of DATABASES) {
  t.test(engine.name, async (t) => {
    const clock = { now: Date.parse('2026-11-26T08:00:00Z') };
    const context = { database: await engine.open(t), now: () => epochMillis(clock.now) };
    const people = new PersonStore(context);
    const sessions = new SessionStore(context);
    const codes = new LoginCodeStore(context);
    const tokens = new TokenStore(context);
    await people.create({ name: 'anna', role: 'operator' }, 'a test');
    const anna = { person: 'anna', tokenId: null };

    await t.test('a session that is used lasts thirty days, and no longer', async (t) => {
      const { secret } = await sessions.open(anna);
      const until = clock.now + 30 * DAY;
      while (clock.now + 23 * HOUR < until) {
        clock.now += 23 * HOUR;
        t.match(await sessions.find(secret), { principal: { kind: 'person', name: 'anna' } });
      }
      clock.now = until;
      t.equal(await sessions.find(secret), null);
    });

    await t.test('one that is not used ends after a day', async (t) => {
      const { secret } = await sessions.open(anna);
      clock.now += DAY - 1;
      t.ok(await sessions.find(secret));
      clock.now += DAY;
      t.equal(await sessions.find(secret), null);
      await sessions.open(anna);
      t.match(await people.list(), [{ name: 'anna', sessions: 1 }], 'and is forgotten');
    });

    await t.test('a code counts a quarter of an hour, an invitation three days', async (t) => {
      const { secret: login } = await codes.create('login', anna);
      const { secret: first } = await codes.create('invitation', anna);
      const { secret: invitation } = await codes.create('invitation', anna);
      t.equal(await codes.find('invitation', first), null, 'one takes the place of another');
      t.equal(await codes.take('invitation', login), null, 'one is not the other');
      clock.now += 15 * MINUTE;
      t.equal(await codes.take('login', login), null);
      clock.now += 3 * DAY - 15 * MINUTE - 1;
      t.same(await codes.take('invitation', invitation), { ...anna, openedBy: null });
      t.equal(await codes.take('invitation', invitation), null);
    });

    await t.test('what a link opened lasts no longer than where it was made', async (t) => {
      const laptop = await sessions.open(anna);
      const id = async (secret: string) => (await sessions.find(secret))?.id ?? 'none';
      const holder = { ...anna, openedBy: await id(laptop.secret) };
      const { secret: code } = await codes.create('login', holder);
      clock.now += 10 * MINUTE;
      const taken = await codes.take('login', code);
      t.same(taken, holder);
      const phone = await sessions.open(holder);
      const { expiresAt } = (await sessions.find(laptop.secret)) ?? {};
      t.ok(expiresAt);
      t.match(await sessions.find(phone.secret), { expiresAt });
      clock.now += 20 * HOUR;
      t.ok(await sessions.find(phone.secret));
      clock.now += 20 * HOUR;
      await sessions.open(anna);
      t.equal(await sessions.find(laptop.secret), null, 'it rested for too long');
      t.ok(await sessions.find(phone.secret), 'the other goes on');
      t.match(await people.list(), [{ name: 'anna', sessions: 2 }]);
      await sessions.end(holder.openedBy);
      t.equal(await sessions.find(phone.secret), null, 'until that is logged out');
      await t.rejects(sessions.open(holder), { code: 'UNAUTHENTICATED' });
    });

    await t.test('a session of a token ends when the token does', async (t) => {
      const expiresAt = new Date(clock.now + HOUR).toISOString() as never;
      const { token, secret } = await tokens.create(
        { name: 'short', role: 'viewer', expiresAt },
        'a test',
      );
      t.same(await tokens.holderOf(secret), { person: null, tokenId: token.id });
      const opened = await sessions.open({ person: null, tokenId: token.id });
      t.match(await sessions.find(opened.secret), { principal: { kind: 'token', name: 'short' } });
      clock.now += HOUR;
      t.equal(await sessions.find(opened.secret), null);
    });

    await t.test('a token that acts for a person may no more than both', async (t) => {
      const made = await tokens.create({ name: 'ci', role: 'admin' }, 'person:anna', 'anna');
      const via = { id: made.token.id, name: 'ci' };
      const principal = { kind: 'person', name: 'anna', role: 'operator', via } as const;
      t.same(await tokens.authenticate(made.secret), principal);
      const opened = await sessions.open({ person: 'anna', tokenId: made.token.id });
      t.match(await sessions.find(opened.secret), { principal });
      await people.change('anna', { role: 'viewer' });
      t.match(await tokens.authenticate(made.secret), { role: 'viewer' });
    });

    await t.test('who is one hand', async (t) => {
      const make = (name: string, by: string) => tokens.create({ name, role: 'admin' }, by);
      await make('root', 'the control plane');
      await make('a', 'token:root');
      await make('b', 'token:root');
      const { token } = await make('a-child', 'token:a');
      await tokens.revoke(token.id);
      const hands = [
        ['token:a', 'token:a', true],
        ['token:a', 'token:b', false],
        ['token:a-child', 'token:a', true],
        ['token:a', 'token:a-child', true],
        ['token:root', 'token:a-child', true],
        ['token:a-child', 'token:b', false],
        ['person:anna', 'person:anna', true],
        ['person:anna', 'token:root', false],
        ['person:root', 'token:a', false],
      ] as const;
      for (const [one, other, same] of hands) {
        t.equal(await isSamePrincipal(context.database, one, other), same, `${one}, ${other}`);
      }
    });
  });
}
