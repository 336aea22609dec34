import { tellUnknownFirst } from '@edgeloop/daemon/tell-unknown-first';
import { EdgeloopError } from '@edgeloop/protocol/errors';
import { Command, CommanderError } from 'commander';
import { ERRORS } from '../errors.ts';
import { Cli } from './cli.ts';
import { INTERRUPTED } from './exit-statuses.ts';
import { addGlobalOptions } from './global-options.ts';
import { addNouns, fillNoun } from './nouns.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * One run of `edgeloop`. Only what the command in `argv` needs is loaded.
 * @param argv Without the program's name.
 * @returns what the process ends with, see `edgeloop help exit-codes`
 */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  const program = new Command('edgeloop')
    .description("The operator's command line.")
    .version(surroundings.version)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns || 100,
      getErrHelpWidth: () => stderr.columns || 100,
    })
    .exitOverride();
  addGlobalOptions(program);
  const cli = new Cli(program, surroundings, fillNoun);
  addNouns(program, cli);
  tellUnknownFirst(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (signal.aborted) {
      cli.sayInterruption();
      return INTERRUPTED;
    }
    // Commander has said it already.
    if (error instanceof CommanderError) return error.exitCode && ERRORS.OPTION_INVALID.exit;
    if (!(error instanceof EdgeloopError)) throw error;
    stderr.write(`${error.message}\n`);
    return error.exitStatus;
  } finally {
    cli.close();
  }
}
