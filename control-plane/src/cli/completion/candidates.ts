import type { Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { askServer } from './ask-server.ts';
import type { Candidate } from './candidate.ts';

/**
 * Where the cursor is: within which command, after how many of its arguments, or as the value of an
 * option.
 */
interface Place {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly optionOf: Option | null;
}

/**
 * What may stand in place of the last word. Follows the commands as they parse it; the server is
 * asked for names.
 */
export async function candidatesFor(
  cli: Cli,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const word = words.at(-1) ?? '';
  const place = await findPlace(cli, words.slice(0, -1));
  const found = await possible(cli, place, word);
  return found.filter(({ value }) => value.startsWith(word));
}

async function possible(cli: Cli, place: Place, word: string): Promise<readonly Candidate[]> {
  const { command, operands, optionOf } = place;
  if (optionOf) {
    const choices = optionOf.argChoices?.map((value) => ({ value, description: '' }));
    return choices ?? askServer(cli, optionOf.flags);
  }
  if (word.startsWith('-')) return [...optionsOf(command), ...optionsOf(cli.program)];
  if (command.commands.length > 0) return commandsOf(command);
  const taken = command.registeredArguments;
  const argument = taken[operands.length] ?? (taken.at(-1)?.variadic ? taken.at(-1) : undefined);
  if (!argument) return [];
  const choices = argument.argChoices?.map((value) => ({ value, description: '' }));
  return choices ?? askServer(cli, `<${argument.name()}>`);
}

async function findPlace(cli: Cli, words: readonly string[]): Promise<Place> {
  let command = cli.program;
  let optionOf: Option | null = null;
  const operands: string[] = [];
  for (const word of words) {
    if (optionOf) {
      optionOf = null;
      continue;
    }
    if (word.startsWith('-')) {
      const known = [...command.options, ...cli.program.options];
      const option = known.find(({ long, short }) => word === long || word === short);
      optionOf = option && (option.required || option.optional) ? option : null;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word);
    if (!next) operands.push(word);
    else {
      await cli.fill(next);
      command = next;
    }
  }
  return { command, operands, optionOf };
}

const commandsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({
      value: each.name(),
      description: each.description(),
    }));

const optionsOf = (command: Command): Candidate[] =>
  command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
