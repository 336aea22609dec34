import { firstAddressOf } from '@edgeloop/broker-connection';
import { epochMillis, type HomeAssistantPrefix } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import type { Account } from '../accounts/account.ts';
import { AccountStore } from '../accounts/account-store.ts';
import { mosquittoHash } from '../accounts/new-password.ts';
import { ControlPlaneError } from '../errors.ts';
import { brokerOption } from './broker-url.ts';
import {
  type DatabaseOptions,
  databaseOption,
  databasePasswordOption,
} from './database-options.ts';
import { openBeside } from './open-beside.ts';
import { homeAssistantOption, option } from './option.ts';

/** What a broker of another make is given, in its own form. */
export interface BrokerFiles {
  readonly folder: string;
  readonly accounts: readonly Account[];
  /** The control plane's own account; null: it has another, or none. */
  readonly owner: { readonly name: string; readonly mosquittoHash: string } | null;
  /** Below it devices may tell Home Assistant what they are; null: nowhere. */
  readonly homeAssistant: HomeAssistantPrefix;
}

interface Options extends DatabaseOptions {
  readonly data: string;
  readonly out: string;
  readonly broker?: string;
  readonly homeAssistant?: string;
}

/** A command that writes them. @param write @returns what is to be done then */
export function addBrokerFilesCommand(
  program: Command,
  { name, description }: { readonly name: string; readonly description: string },
  write: (files: BrokerFiles) => Promise<string>,
): void {
  program
    .command(name)
    .description(`${description}; run may run beside it`)
    .addOption(option('--data <folder>', 'of the control plane').makeOptionMandatory())
    .requiredOption('--out <folder>', 'where they are written')
    .addOption(
      brokerOption(
        "as run has it: the user and password in it become the control plane's own account",
      ),
    )
    .addOption(homeAssistantOption())
    .addOption(databaseOption())
    .addOption(databasePasswordOption())
    .action(async ({ out: folder, broker, homeAssistant, ...options }: Options) => {
      const owner = broker === undefined ? null : ownerOf(broker);
      const accounts = await readAccounts(options);
      const next = await write({ folder, accounts, owner, homeAssistant: homeAssistant ?? null });
      const count = accounts.filter(({ revoked }) => !revoked).length;
      process.stdout.write(`${counted(count, 'account')} in ${folder}. ${next}\n`);
    });
}

async function readAccounts(options: Parameters<typeof openBeside>[0]): Promise<Account[]> {
  const database = openBeside(options);
  try {
    return await new AccountStore({ database, now: () => epochMillis(Date.now()) }).read();
  } finally {
    await database.destroy();
  }
}

function ownerOf(url: string): BrokerFiles['owner'] {
  const first = firstAddressOf(url);
  const { username, password } = URL.canParse(first)
    ? new URL(first)
    : { username: '', password: '' };
  if (username && password) {
    const name = decodeURIComponent(username);
    return { name, mosquittoHash: mosquittoHash(decodeURIComponent(password)) };
  }
  throw new ControlPlaneError(
    'OPTION_INVALID',
    'Expected a URL with a user and a password for --broker, such as mqtt://edgeloop:secret@127.0.0.1:1883.',
  );
}
