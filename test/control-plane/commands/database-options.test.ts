import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import t from 'tap';
import { brokerOption } from '../../../control-plane/src/commands/broker-url.ts';
import { readDatabaseUrl } from '../../../control-plane/src/commands/database-options.ts';

t.test('the password of a database may be in a file', async (t) => {
  const databasePasswordFile = join(t.testdir(), 'password');
  writeFileSync(databasePasswordFile, 'p@ss/w:rd?\n');
  const database = 'postgres://edgeloop@db:5432/edgeloop?sslmode=verify-full';
  t.equal(readDatabaseUrl({ database }, {}), database);
  const url = new URL(readDatabaseUrl({ database, databasePasswordFile }, {}) as string);
  t.equal(decodeURIComponent(url.password), 'p@ss/w:rd?');
  t.equal(url.search, '?sslmode=verify-full');
  t.equal(readDatabaseUrl({}, {}), null, 'SQLite');
  t.throws(() => readDatabaseUrl({ databasePasswordFile }, {}), { code: 'OPTION_INVALID' });
});

t.test(
  'without a file of its own, the password is the credential that systemd brings',
  async (t) => {
    const CREDENTIALS_DIRECTORY = t.testdir({ 'database-password': 'brought\n', other: 'named' });
    const environment = { CREDENTIALS_DIRECTORY };
    const database = 'postgres://edgeloop@db/edgeloop';
    const password = (
      options: { database: string; databasePasswordFile?: string },
      env = environment,
    ) => new URL(readDatabaseUrl(options, env) as string).password;
    t.equal(password({ database }), 'brought');
    t.equal(
      password({ database, databasePasswordFile: join(CREDENTIALS_DIRECTORY, 'other') }),
      'named',
    );
    for (const said of ['postgres://edgeloop:said@db/edgeloop', `${database}?password=said`]) {
      t.equal(readDatabaseUrl({ database: said }, environment), said);
    }
    const none = { CREDENTIALS_DIRECTORY: `${t.testdirName}/none` };
    t.equal(password({ database }, none), '', 'psql has other ways');
    t.equal(readDatabaseUrl({}, environment), null, 'SQLite needs none');
  },
);

t.test('a password is in no message, however the URL is wrong', async (t) => {
  const broker = new Command().exitOverride().addOption(brokerOption('…'));
  for (const rest of [
    ...[
      'edgeloop:SECRET@db/edgeloop',
      'edgeloop:SECRET/SEC,SECRET@db',
      'edgeloop:S@SECRET@db:x/edgeloop',
    ],
    ...['edgeloop:SE#C?SECRET@db:port/', 'db:port/edgeloop?password=SECRET&sslmode=require'],
  ]) {
    const options = { database: `mysql://${rest}` };
    for (const attempt of [
      () => readDatabaseUrl(options, {}),
      () => broker.parse(['node', 'it', '--broker', `amqp://${rest}`]),
    ]) {
      try {
        attempt();
        t.fail(rest);
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        t.equal(code, 'OPTION_INVALID');
        t.match(message, /received "(mysql|amqp):\/\//);
        t.notMatch(message, /SECRET/);
      }
    }
  }
});
