import { type Command, Option } from 'commander';
import { ApiClient, type ApiClientOptions } from './api-client.ts';

/** `--server` and `--token`, which are better given as `EDGELOOP_SERVER` and `EDGELOOP_TOKEN`. */
export function withServer(command: Command): Command {
  return command
    .addOption(
      new Option('--server <url>', 'of the control plane')
        .env('EDGELOOP_SERVER')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(
      new Option('--token <token>', 'of the API').env('EDGELOOP_TOKEN').makeOptionMandatory(),
    )
    .option('--json', 'one JSON value on standard output', false);
}

export interface ServerOptions extends ApiClientOptions {
  readonly json: boolean;
}

export const clientOf = ({ server, token }: ServerOptions) => new ApiClient({ server, token });
