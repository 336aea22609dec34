import { resolve } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import type { Command } from 'commander';
import { readFirstToken } from '../access/first-token.ts';
import { PersonStore } from '../access/people/person-store.ts';
import { LoginCodeStore } from '../access/sessions/login-code-store.ts';
import { loginPath } from '../access/sessions/login-path.ts';
import type { Holder } from '../access/sessions/session-store.ts';
import { TokenStore } from '../access/token-store.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import {
  type DatabaseOptions,
  databaseOption,
  databasePasswordOption,
} from './database-options.ts';
import { openBeside } from './open-beside.ts';
import { option } from './option.ts';

interface Options extends DatabaseOptions {
  readonly data: string;
  readonly person?: string;
  readonly url: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
/** The folder does not say by which name a browser reaches it. */
const ELSEWHERE = `Where the dashboard is not at ${DEFAULT_URL}, name its address: --url.\n`;

const now = () => epochMillis(Date.now());

/**
 * `login-link`: for who has the data folder and no browser that is logged in. Whoever reads the
 * folder has all of it anyway.
 */
export function addLoginLinkCommand(program: Command): void {
  program
    .command('login-link')
    .description(
      'print an address that logs a browser in: once, within a quarter of an hour; also while a control plane uses the folder',
    )
    .addOption(option('--data <folder>', 'of the control plane').makeOptionMandatory())
    .option('--person <name>', 'as whom; without it: as the token of the file admin-token')
    .option('--url <url>', 'where the dashboard is', DEFAULT_URL)
    .addOption(databaseOption())
    .addOption(databasePasswordOption())
    .action(async ({ person, url, ...options }: Options, command: Command) => {
      const data = resolve(options.data);
      const database = openBeside({ ...options, data });
      try {
        const holder = await holderOf(database, data, person);
        const codes = new LoginCodeStore({ database, now });
        const { secret } = await codes.create('login', holder);
        process.stdout.write(`${new URL(loginPath(secret), url).href}\n`);
        if (command.getOptionValueSource('url') === 'default') process.stderr.write(ELSEWHERE);
      } finally {
        await database.destroy();
      }
    });
}

async function holderOf(database: Database, data: string, name?: string): Promise<Holder> {
  if (name !== undefined) {
    const { disabledAt } = await new PersonStore({ database, now }).find(name);
    if (disabledAt === null) return { person: name, tokenId: null };
    throw new ControlPlaneError('CONFLICT', `Expected a person who may log in, ${name} may not.`);
  }
  const secret = await readFirstToken(data);
  const holder = secret && (await new TokenStore({ database, now }).holderOf(secret));
  if (holder) return holder;
  const message = `Expected --person, or in ${data} the file admin-token with a token that counts, received neither.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
