import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backup, restore } from '../backup/backup.ts';

/** `backup` while it runs, and `restore` into a folder that a control plane starts from. */
export function addBackupCommands(program: Command, version: string): void {
  program
    .command('backup')
    .description('copy a data folder, also while a control plane uses it')
    .requiredOption('--data <folder>', 'of the control plane')
    .requiredOption('--out <folder>', 'to make')
    .action(async ({ data, out }: { data: string; out: string }) => {
      const made = await backup(resolve(data), resolve(out), { version, now: new Date() });
      say({ backup: resolve(out), ...made });
    });

  program
    .command('restore')
    .description('check a backup, and make a data folder from it')
    .requiredOption('--from <folder>', 'a backup')
    .requiredOption('--data <folder>', 'to make')
    .action(async ({ from, data }: { from: string; data: string }) => {
      say({ data: resolve(data), ...(await restore(resolve(from), resolve(data))) });
      process.stderr.write(
        `Tokens and accounts are as they were. Without a token: edgeloop-control-plane token --data ${data} --name me\n`,
      );
    });
}

interface Copied {
  readonly files: readonly { readonly bytes: number }[];
}

function say({ files, ...about }: Copied & Record<string, unknown>): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(`${JSON.stringify({ ...about, files: files.length, bytes })}\n`);
}
