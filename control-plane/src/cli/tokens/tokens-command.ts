import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import type { ApiToken, CreatedApiToken, NewApiToken } from '../../resources/api-token.ts';
import { timeAhead } from '../arguments/time-ahead.ts';
import type { Cli } from '../cli.ts';
import { type Column, state, when } from '../output/cell.ts';

interface CreateOptions {
  readonly role: NewApiToken['role'];
  readonly expires?: string;
}

const COLUMNS: readonly Column<ApiToken>[] = [
  { head: 'ID', cell: ({ id }) => id, keep: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'ROLE', cell: ({ role }) => role },
  { head: 'STATE', cell: ({ revokedAt }) => state(revokedAt ? 'revoked' : 'active') },
  { head: 'EXPIRES', cell: ({ expiresAt }) => when(expiresAt) },
  { head: 'LAST USED', cell: ({ lastUsedAt }) => when(lastUsedAt) },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
];

/** `edgeloop tokens`: what lets programs use the API. */
export function addTokens(tokens: Command, cli: Cli): void {
  tokens
    .command('create')
    .description('a new token; its secret is told once')
    .argument('<name>', 'as the audit log shall call it')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['viewer', 'labeller', 'trainer', 'operator', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--expires <time>', 'when it is worth nothing: in 90d, or 2027-01-01T00:00:00.000Z')
    .action(async (name: string, { role, expires }: CreateOptions) => {
      const expiresAt = expires && timeAhead(expires, cli.surroundings.now());
      const json = { name, role, ...(expiresAt && { expiresAt }) };
      const api = await cli.api();
      const made = await api.askJson<Static<typeof CreatedApiToken>>('POST /api/tokens', { json });
      await cli.print(made, (sheet) =>
        sheet.lines(made.secret).note(`It is told this once. Role: ${role}, id: ${made.token.id}`),
      );
    });

  tokens
    .command('list')
    .description('tokens, oldest first, revoked ones too')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly tokens: readonly ApiToken[] }>('GET /api/tokens');
      await cli.print(found, (sheet) => sheet.table(found.tokens, COLUMNS));
    });

  tokens
    .command('revoke')
    .description('it is worth nothing from now on')
    .argument('<token>', 'its id')
    .action(async (id: string) => {
      await cli.confirm(`Who uses token ${id} is refused from now on.`);
      const api = await cli.api();
      const gone = await api.askJson<ApiToken>('DELETE /api/tokens/{id}', { path: { id } });
      await cli.print(gone, (sheet) => sheet.lines(`${gone.name}: revoked`));
    });
}
