import { resolve } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import { type Command, Option } from 'commander';
import type { Role } from '../access/roles.ts';
import { TokenStore } from '../access/token-store.ts';
import { openStores } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import { hasData } from '../store/open-database.ts';
import { option } from './option.ts';

interface Options {
  readonly data: string;
  readonly name: string;
  readonly role: Role;
}

/**
 * `token`: for who has the data folder and no token, such as after a restore. Whoever reads the folder has all of it anyway.
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
    .action(async ({ data, name, role }: Options) => {
      if (!hasData(resolve(data))) {
        const message = `Expected the data folder of a control plane for --data, received ${data}.`;
        throw new ControlPlaneError('OPTION_INVALID', message);
      }
      const database = openStores(resolve(data));
      try {
        const tokens = new TokenStore({ database, now: () => epochMillis(Date.now()) });
        const { secret } = await tokens.create({ name, role }, 'the command line');
        process.stdout.write(`${secret}\n`);
      } finally {
        await database.destroy();
      }
    });
}
