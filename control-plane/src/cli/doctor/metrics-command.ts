import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

/** `edgeloop metrics`. */
export function addMetrics(command: Command, cli: Cli): void {
  command.action(async () => {
    const api = await cli.api();
    cli.write(await (await api.ask('GET /metrics')).text());
  });
}
