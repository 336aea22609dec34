import { resolve } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import { type Command, Option } from 'commander';
import type { Role } from '../access/roles.ts';
import { TokenStore } from '../access/token-store.ts';
import {
  type DatabaseOptions,
  databaseOption,
  databasePasswordOption,
} from './database-options.ts';
import { openBeside } from './open-beside.ts';
import { option } from './option.ts';

interface Options extends DatabaseOptions {
  readonly data: string;
  readonly name: string;
  readonly role: Role;
}

/**
 * `token`: for who has the data folder and no token, such as after a restore. Whoever reads the
 * folder has all of it anyway.
 */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('make a token of the API, also while a control plane uses the folder')
    .addOption(option('--data <folder>', 'of the control plane').makeOptionMandatory())
    .requiredOption('--name <name>', 'as the audit log shall call it')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['viewer', 'labeller', 'trainer', 'operator', 'admin'])
        .default('admin'),
    )
    .addOption(databaseOption())
    .addOption(databasePasswordOption())
    .action(async ({ name, role, ...options }: Options) => {
      const database = openBeside({ ...options, data: resolve(options.data) });
      try {
        const tokens = new TokenStore({ database, now: () => epochMillis(Date.now()) });
        const { secret } = await tokens.create({ name, role }, 'the command line');
        process.stdout.write(`${secret}\n`);
      } finally {
        await database.destroy();
      }
    });
}
