import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

/** `edgeloop settings`: what holds, and who said so. Never the token itself. */
export function addSettings(command: Command, cli: Cli): void {
  command.action(async () => {
    const { server, token, ca, file, profile } = await cli.settings();
    const shown = token.value === null ? null : `${token.value.slice(0, 4)}…`;
    const answer = { server, token: { value: shown, from: token.from }, ca, file, profile };
    await cli.print(answer, (sheet) =>
      sheet.table(Object.entries({ server, token: answer.token, ca }), [
        { head: 'SETTING', cell: ([name]) => name },
        { head: 'VALUE', cell: ([, { value }]) => value, keep: true },
        { head: 'FROM', cell: ([, { from }]) => from, keep: true },
      ]),
    );
  });
}
