import type { Command } from 'commander';
import type { Static } from 'typebox';
import type { CreatedEnrolmentToken, EnrolmentToken } from '../../resources/enrolment-token.ts';
import { count } from '../arguments/count.ts';
import { timeAhead } from '../arguments/time-ahead.ts';
import type { Cli } from '../cli.ts';
import { type Column, list, state, when } from '../output/cell.ts';

interface CreateOptions {
  readonly site: string;
  readonly devices?: string;
  readonly tag?: readonly string[];
  readonly uses?: number;
  readonly expires?: string;
  readonly replace?: boolean;
}

const COLUMNS: readonly Column<EnrolmentToken>[] = [
  { head: 'ID', cell: ({ id }) => id, keep: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'SITE', cell: ({ site }) => site },
  { head: 'DEVICES', cell: ({ devices }) => devices ?? 'any' },
  { head: 'TAGS', cell: ({ tags }) => list(tags) },
  { head: 'USED', cell: ({ used, uses }) => `${used} of ${uses}`, right: true },
  { head: 'STATE', cell: ({ revokedAt }) => state(revokedAt ? 'revoked' : 'active') },
  { head: 'EXPIRES', cell: ({ expiresAt }) => when(expiresAt) },
];

/** `edgeloop enrolment-tokens`: what lets devices in. */
export function addEnrolmentTokens(tokens: Command, cli: Cli): void {
  tokens
    .command('create')
    .description('for one device or several; its secret is told once')
    .argument('<name>', 'what it is for')
    .requiredOption('--site <site>', 'where they are')
    .option('--devices <pattern>', 'which may use it: press-*')
    .option('--tag <tag...>', 'which they get')
    .option('--uses <n>', 'for so many devices', count)
    .option('--expires <time>', 'when it is worth nothing: in 8h, or 2027-01-01T00:00:00.000Z')
    .option('--replace', 'also for a device that has another key already')
    .action(async (name: string, { site, tag, expires, ...more }: CreateOptions) => {
      const expiresAt = expires && timeAhead(expires, cli.surroundings.now());
      const json = {
        name,
        site,
        ...more,
        ...(tag && { tags: tag }),
        ...(expiresAt && { expiresAt }),
      };
      const api = await cli.api();
      const made = await api.askJson<Static<typeof CreatedEnrolmentToken>>(
        'POST /api/enrolment-tokens',
        { json },
      );
      await cli.print(made, (sheet) =>
        sheet
          .lines(made.secret)
          .note(
            `It is told this once. On the device:\n  sudo edgeloop-agent enrol ${api.server} ${made.secret}`,
          ),
      );
    });

  tokens
    .command('list')
    .description('oldest first; used, expired and revoked ones too')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly tokens: readonly EnrolmentToken[] }>(
        'GET /api/enrolment-tokens',
      );
      await cli.print(found, (sheet) => sheet.table(found.tokens, COLUMNS, 'There is none.'));
    });

  tokens
    .command('revoke')
    .description('it is worth nothing from now on; who enrolled with it stays')
    .argument('<enrolment-token>', 'its id')
    .action(async (id: string) => {
      const api = await cli.api();
      const gone = await api.askJson<EnrolmentToken>('DELETE /api/enrolment-tokens/{id}', {
        path: { id },
      });
      await cli.print(gone, (sheet) => sheet.lines(`${gone.name}: revoked`));
    });
}
