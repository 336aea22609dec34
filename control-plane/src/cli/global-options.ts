import type { Command } from 'commander';

/** Understood before and after every command. */
export interface GlobalOptions {
  readonly server?: string;
  readonly token?: string;
  readonly ca?: string;
  readonly profile?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly wide?: boolean;
  readonly yes?: boolean;
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--server <url>', 'of the control plane (EDGELOOP_SERVER)')
    .option('--token <token>', 'of the API; better as EDGELOOP_TOKEN, or by edgeloop login')
    .option('--ca <file>', "who signed the server's certificate, PEM (EDGELOOP_CA)")
    .option('--profile <name>', 'of the settings file (EDGELOOP_PROFILE)')
    .option('--config <file>', 'the settings file (EDGELOOP_CONFIG)')
    .option('--json', "the API's answer as it is: for scripts")
    .option('--wide', 'ids, times and texts in full')
    .option('--yes', 'ask nothing: for scripts');
}
