import { resolve } from 'node:path';
import type { Command } from 'commander';
import { restore } from '../../backup/backup.ts';
import type { Cli } from '../cli.ts';
import { copied } from './copied.ts';

/** `edgeloop restore`: into a folder that a control plane starts from. Needs no server. */
export function addRestore(command: Command, cli: Cli): void {
  command
    .requiredOption('--from <folder>', 'a backup')
    .requiredOption('--data <folder>', 'to make')
    .action(async ({ from, data }: { from: string; data: string }) => {
      const made = await restore(resolve(from), resolve(data));
      cli.write(JSON.stringify(copied({ data: resolve(data), ...made })));
      cli.say(
        `Tokens and accounts are as they were. Without a token: edgeloop-control-plane token --data ${data} --name me`,
      );
    });
}
