import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { SCRIPTS } from './scripts.ts';

/**
 * `edgeloop completion`: the script of a shell. It asks `edgeloop complete` for candidates, so it
 * is never out of date.
 */
export function addCompletion(command: Command, cli: Cli): void {
  command
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
bash:  edgeloop completion bash > ~/.local/share/bash-completion/completions/edgeloop
zsh:   edgeloop completion zsh > "\${fpath[1]}/_edgeloop"
fish:  edgeloop completion fish > ~/.config/fish/completions/edgeloop.fish`,
    )
    .action((shell: keyof typeof SCRIPTS) => cli.write(SCRIPTS[shell]));
}
