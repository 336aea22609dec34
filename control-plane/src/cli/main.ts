#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { EdgeloopError } from '@edgeloop/protocol';
import { Command } from 'commander';
import { addBackupCommands } from './add-backup-commands.ts';
import { keysCommand } from './keys/keys-command.ts';
import { modelsCommand } from './models/models-command.ts';
import { rolloutsCommand } from './rollouts/rollouts-command.ts';
import { tasksCommand } from './tasks/tasks-command.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program = new Command('edgeloop')
  .description("The operator's command line: keys, tasks, models, rollouts and backups.")
  .version(version)
  .addCommand(keysCommand())
  .addCommand(tasksCommand())
  .addCommand(modelsCommand())
  .addCommand(rolloutsCommand());
addBackupCommands(program, version);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EdgeloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitStatus;
}
