import type { Command } from 'commander';
import type { LoginLink, Session } from '../../resources/session.ts';
import type { Cli } from '../cli.ts';

/**
 * `edgeloop whoami`: whom the server takes the token for; with `--link`, a way into the dashboard.
 */
export function addWhoami(command: Command, cli: Cli): void {
  command
    .option(
      '--link',
      'an address that logs a browser in as the same, once, within a quarter of an hour',
    )
    .action(async ({ link }: { readonly link?: boolean }) => {
      const api = await cli.api();
      if (link) {
        const made = await api.askJson<LoginLink>('POST /api/session/link');
        return cli.print(made, (sheet) => sheet.lines(new URL(made.path, api.server).href));
      }
      const session = await api.askJson<Session>('GET /api/session');
      await cli.print(session, (sheet) => sheet.lines(`${session.who}, ${session.role}`));
    });
}
