import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { EXIT_STATUSES, OTHER_STATUSES } from '../exit-statuses.ts';

/** `edgeloop help [command …]`, and `edgeloop help exit-codes`. */
export function addHelp(command: Command, cli: Cli): void {
  command
    .argument('[topic...]', 'a command, or exit-codes')
    .action(async (topic: readonly string[]) => {
      if (topic[0] === 'exit-codes') return tellExitStatuses(cli);
      (await find(cli, topic)).outputHelp();
    });
}

async function find(cli: Cli, words: readonly string[]): Promise<Command> {
  let found = cli.program;
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word);
    if (!next) {
      const message = `Expected a command of ${found.name()}, or exit-codes, received ${word}. edgeloop --help names all.`;
      throw new ControlPlaneError('OPTION_INVALID', message);
    }
    await cli.fill(next);
    found = next;
  }
  return found;
}

function tellExitStatuses(cli: Cli): Promise<void> {
  return cli.print(EXIT_STATUSES, (sheet) =>
    sheet
      .table(EXIT_STATUSES, [
        { head: 'STATUS', cell: ({ status }) => status, right: true },
        { head: 'MEANING', cell: ({ meaning }) => meaning, keep: true },
      ])
      .lines(...OTHER_STATUSES),
  );
}
