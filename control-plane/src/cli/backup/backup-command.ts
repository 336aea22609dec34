import { resolve } from 'node:path';
import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import { backup } from '../../backup/backup.ts';
import type { Cli } from '../cli.ts';
import { copied } from './copied.ts';

/** `edgeloop backup`: also while a control plane uses the folder. Needs no server. */
export function addBackup(command: Command, cli: Cli): void {
  command
    .requiredOption('--data <folder>', 'of the control plane')
    .requiredOption('--out <folder>', 'to make')
    .action(async ({ data, out }: { data: string; out: string }) => {
      const { version, now } = cli.surroundings;
      const made = await backup(resolve(data), resolve(out), { version, now: new Date(now()) });
      cli.write(JSON.stringify(copied({ backup: resolve(out), ...made })));
      const lost = made.missing?.length ?? 0;
      if (lost > 0) {
        cli.say(
          `${counted(lost, 'file that rows name was', 'files that rows name were')} not in ${data}, and ${lost === 1 ? 'is' : 'are'} not in the backup: "missing" lists ${lost === 1 ? 'it' : 'them'}.`,
        );
      }
    });
}
