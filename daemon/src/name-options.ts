import { EdgeloopError } from '@edgeloop/protocol/errors';

/** What of commander's options and commands is used here. */
interface OptionOf {
  readonly long?: string | undefined;
  parseArg?: ((value: string, previous: never) => unknown) | undefined;
}
interface CommandOf {
  readonly options: readonly OptionOf[];
  readonly commands: readonly CommandOf[];
}

/**
 * A refused value is told by its option, `--epochs: Expected a number, received "x".`: what parses
 * it serves several options and knows of none. For a command and all below it, before it parses.
 */
export function nameOptions({ options, commands }: CommandOf): void {
  for (const option of options) {
    const { long, parseArg } = option;
    if (long === undefined || parseArg === undefined) continue;
    option.parseArg = (value, previous) => {
      try {
        return parseArg(value, previous);
      } catch (error) {
        // Some say it themselves, or name the variable of the environment.
        if (error instanceof EdgeloopError && !/--|EDGELOOP_/.test(error.message)) {
          error.message = `${long}: ${error.message}`;
        }
        throw error;
      }
    };
  }
  for (const command of commands) nameOptions(command);
}
