/** What of commander's options and commands is used here. */
interface OptionOf {
  readonly flags: string;
  readonly mandatory: boolean;
  attributeName(): string;
  makeOptionMandatory(mandatory: boolean): unknown;
}
interface CommandOf {
  readonly options: readonly OptionOf[];
  readonly commands: readonly CommandOf[];
  getOptionValue(name: string): unknown;
  error(message: string, how: { readonly code: string }): never;
}
interface ProgramOf extends CommandOf {
  hook(
    event: 'preSubcommand' | 'preAction',
    listener: (program: CommandOf, command: CommandOf) => void,
  ): unknown;
}

/**
 * An unknown option of a command is told before one that is missing: who typed `--brokr` hears of
 * that, and not that `--broker` is missing. commander looks in the other order; so what is required
 * is looked for here, when it is about to call the action. For a program before its other hooks on
 * actions, and after a hook that adds commands.
 */
export function tellUnknownFirst(program: ProgramOf): void {
  const required = new Set<OptionOf>();
  const take = ({ options, commands }: CommandOf): void => {
    for (const option of options.filter(({ mandatory }) => mandatory)) {
      required.add(option);
      option.makeOptionMandatory(false);
    }
    for (const command of commands) take(command);
  };
  program.hook('preSubcommand', (_program, command) => take(command));
  program.hook('preAction', (_program, command) => {
    for (const option of command.options) {
      if (!required.has(option)) continue;
      if (command.getOptionValue(option.attributeName()) !== undefined) continue;
      command.error(`error: required option '${option.flags}' not specified`, {
        code: 'commander.missingMandatoryOptionValue',
      });
    }
  });
}
