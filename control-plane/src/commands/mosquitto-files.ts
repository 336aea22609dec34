import { firstAddressOf } from '@edgeloop/broker-connection';
import { epochMillis } from '@edgeloop/protocol';
import type { Command } from 'commander';
import { AccountStore } from '../accounts/account-store.ts';
import { openStores } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import { writeMosquittoFiles } from '../mosquitto/write-mosquitto-files.ts';
import { hasDatabase } from '../store/open-database.ts';
import { brokerOption } from './broker-url.ts';
import { houseOption, option } from './option.ts';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly broker?: string;
  readonly homeAssistant?: string;
}

/** `edgeloop-control-plane mosquitto-files`: who may connect to a Mosquitto, and what they may there. */
export function addMosquittoFilesCommand(program: Command): void {
  program
    .command('mosquitto-files')
    .description('write the password file and the ACL file of a Mosquitto; run may run beside it')
    .addOption(option('--data <folder>', 'of the control plane').makeOptionMandatory())
    .requiredOption('--out <folder>', 'where they are written')
    .addOption(
      brokerOption(
        "as run has it: the user and password in it become the control plane's own account",
      ),
    )
    .addOption(houseOption())
    .action(run);
}

async function run({ data, out: folder, broker, homeAssistant }: Options): Promise<void> {
  const owner = broker === undefined ? null : ownerOf(broker);
  if (!hasDatabase(data)) {
    const message = `Expected the data folder of a control plane for --data, received ${data}.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  const database = openStores(data);
  try {
    const store = new AccountStore({ database, now: () => epochMillis(Date.now()) });
    const accounts = await store.read();
    await writeMosquittoFiles({ folder, accounts, owner, house: homeAssistant ?? null });
    const count = accounts.filter(({ revoked }) => !revoked).length;
    process.stdout.write(
      `${count} accounts in ${folder}. Include ${folder}/edgeloop.conf, and send Mosquitto a SIGHUP.\n`,
    );
  } finally {
    await database.destroy();
  }
}

function ownerOf(url: string): { name: string; password: string } {
  const first = firstAddressOf(url);
  const { username, password } = URL.canParse(first)
    ? new URL(first)
    : { username: '', password: '' };
  if (username && password) {
    return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
  }
  throw new ControlPlaneError(
    'OPTION_INVALID',
    'Expected a URL with a user and a password for --broker, such as mqtt://edgeloop:secret@127.0.0.1:1883.',
  );
}
