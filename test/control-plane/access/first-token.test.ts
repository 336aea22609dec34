import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ensureFirstToken } from '../../../control-plane/src/access/first-token.ts';
import { PersonStore } from '../../../control-plane/src/access/people/person-store.ts';
import { TokenStore } from '../../../control-plane/src/access/token-store.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { DATABASES } from '../stand/databases.ts';

const [SQLITE] = DATABASES;

async function create(t: Test) {
  const context = { database: await SQLITE!.open(t), now: () => epochMillis(0) };
  const [tokens, people] = [new TokenStore(context), new PersonStore(context)];
  const folder = t.testdir({});
  const ensure = (of: Parameters<typeof ensureFirstToken>[1] = tokens) =>
    ensureFirstToken(folder, of, people);
  return { tokens, folder, ensure };
}

t.test('there is one token that may do everything, for its owner alone to read', async (t) => {
  const { tokens, folder, ensure } = await create(t);
  const path = join(folder, 'admin-token');
  t.equal(await ensure(), path);
  const secret = readFileSync(path, 'utf8').trim();
  t.match(await tokens.authenticate(secret), { name: 'first', role: 'admin' });
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(await ensure(), path, 'it is the same after a restart');
  t.equal(readFileSync(path, 'utf8').trim(), secret);
});

for (const when of ['before', 'after'] as const) {
  t.test(
    `a start that ends ${when} it counts leaves no token that nobody knows`,
    { skip: noPowerCut },
    async (t) => {
      const { tokens, folder, ensure } = await create(t);
      const ended = {
        has: tokens.has.bind(tokens),
        authenticate: tokens.authenticate.bind(tokens),
        create: async (...args: Parameters<TokenStore['create']>) => {
          if (when === 'after') await tokens.create(...args);
          throw new Error('killed');
        },
      };
      const lost = await lostByPowerCut(folder, () => t.rejects(ensure(ended), /killed/));
      t.same(lost, [], 'its secret is on disk by then');
      const path = await ensure();
      t.ok(path !== null && (await tokens.authenticate(readFileSync(path, 'utf8').trim())));
    },
  );
}
