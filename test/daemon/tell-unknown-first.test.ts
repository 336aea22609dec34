import { tellUnknownFirst } from '@edgeloop/daemon/tell-unknown-first';
import { Command } from 'commander';
import t from 'tap';

/** With `run`, and `keys create`, which is only there when `keys` is asked for. */
function parse(words: string): Promise<unknown> {
  const quiet = () => {};
  const program = new Command('program')
    .exitOverride()
    .configureOutput({ writeErr: quiet, writeOut: quiet });
  program.hook('preSubcommand', (_program, command) => {
    if (command.name() !== 'keys') return;
    command.command('create').requiredOption('--kind <kind>', 'which').action(quiet);
  });
  tellUnknownFirst(program);
  program.hook('preAction', () => {
    throw new Error('Nothing is missing.');
  });
  program.command('keys');
  program
    .command('run')
    .requiredOption('--broker <url>', 'where')
    .requiredOption('--site <site>', 'of which', 'works')
    .action(quiet);
  return program.parseAsync(words.split(' '), { from: 'user' });
}

const CASES = [
  ['run --brokr x', "error: unknown option '--brokr'\n(Did you mean --broker?)"],
  ['run', "error: required option '--broker <url>' not specified"],
  ['run --broker x --sit y', "error: unknown option '--sit'\n(Did you mean --site?)"],
  ['run --broker x', 'Nothing is missing.'],
  ['keys create --knd x', "error: unknown option '--knd'\n(Did you mean --kind?)"],
  ['keys create', "error: required option '--kind <kind>' not specified"],
] as const;

for (const [words, message] of CASES) {
  t.test(`${words}: ${message.split('\n')[0]}`, async (t) => {
    await t.rejects(parse(words), { message });
  });
}
