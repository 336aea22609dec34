import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { candidatesFor } from './candidates.ts';

/** `edgeloop complete -- <words>`: a candidate a line, a tab and its description behind it. */
export function addComplete(command: Command, cli: Cli): void {
  command
    .argument('[words...]', 'of the command line, the one at the cursor last; it may be empty')
    .action(async (words: readonly string[]) => {
      const found = await candidatesFor(cli, words);
      const lines = found.map(({ value, description }) => `${value}\t${description}`);
      if (lines.length > 0) cli.write(lines.join('\n'));
    });
}
