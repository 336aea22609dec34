import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import type { Database } from '../../../control-plane/src/database/open-stores.ts';
import { DATABASES, SQLITE } from '../stand/databases.ts';

const entry = (action: string) => ({
  at: 1,
  principal: 'p',
  address: 'a',
  action,
  subject: 's',
  status: 200,
  request: 'null',
});
const actions = async (database: Database) =>
  (await database.selectFrom('audit_entries').select('action').orderBy('id').execute()).map(
    ({ action }) => action,
  );

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: a transaction is whole or nothing, and alone`, async (t) => {
    const database = await open(t);
    const failed = database.transaction().execute(async (trx) => {
      await trx.insertInto('audit_entries').values(entry('undone')).execute();
      await delay(20);
      throw new Error('changed my mind');
    });
    const beside = database.insertInto('audit_entries').values(entry('beside')).execute();
    await t.rejects(failed, /changed my mind/);
    await beside;
    t.same(await actions(database), ['beside']);
  });

  t.test(`on ${name}: what is there already is a conflict, told as one`, async (t) => {
    const database = await open(t);
    const row = {
      id: 'x',
      name: 'n',
      role: 'viewer' as const,
      secret_hash: 'h',
      created_at: 1,
      created_by: 'c',
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    };
    await database.insertInto('api_tokens').values(row).execute();
    const again = database.insertInto('api_tokens').values(row).execute();
    await t.rejects(again, { code: 'CONFLICT' });
    const wrong = database
      .insertInto('api_tokens')
      .values({ ...row, id: 'y', secret_hash: 'i', role: 'king' as never })
      .execute();
    await t.rejects(wrong, { code: 'STORE_FAILED', message: /check/i });
    t.same(await actions(database), [], 'and it goes on working');
  });
}

t.test('what ended a transaction on a full disk is told, and not that it has ended', async (t) => {
  const database = await SQLITE.open(t);
  // No page more than there are.
  await sql`PRAGMA max_page_count = 1`.execute(database);
  const failed = database.transaction().execute(async (trx) => {
    const large = { ...entry('large'), request: JSON.stringify('x'.repeat(2 ** 20)) };
    for (;;) await trx.insertInto('audit_entries').values(large).execute();
  });
  await t.rejects(failed, { code: 'STORE_FAILED', message: /SQLITE_FULL/ });
  await sql`PRAGMA max_page_count = 1000000`.execute(database);
  await database.insertInto('audit_entries').values(entry('later')).execute();
  t.same(await actions(database), ['later'], 'and it goes on when there is room');
});
