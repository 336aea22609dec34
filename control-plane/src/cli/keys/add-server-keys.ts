import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type Column, when } from '../output/cell.ts';

interface KeyRow {
  readonly use: string;
  readonly keyId: string;
  readonly privateHere: boolean;
}

interface ServerKeys {
  readonly version: number;
  readonly expiresAt: string;
  readonly problem: string | null;
  readonly root: readonly Omit<KeyRow, 'use'>[];
  readonly packages: readonly Omit<KeyRow, 'use'>[];
  readonly assignments: readonly Omit<KeyRow, 'use'>[];
}

const FIELDS: readonly Column<ServerKeys>[] = [
  { head: 'ROOT', cell: ({ version }) => version },
  { head: 'EXPIRES', cell: ({ expiresAt }) => when(expiresAt) },
  { head: 'PROBLEM', cell: ({ problem }) => problem },
];
const KEYS: readonly Column<KeyRow>[] = [
  { head: 'USE', cell: ({ use }) => use },
  { head: 'KEY', cell: ({ keyId }) => keyId, keep: true },
  { head: 'PRIVATE KEY THERE', cell: ({ privateHere }) => (privateHere ? 'yes' : 'no') },
];

/** `keys server`: what counts there now. */
export function addServerKeys(keys: Command, cli: Cli): void {
  keys
    .command('server')
    .description('the root that counts on the server now, and what it lets which keys do')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<ServerKeys>('GET /api/keys');
      const rows = (['root', 'packages', 'assignments'] as const).flatMap((use) =>
        found[use].map((key) => ({ use, ...key })),
      );
      await cli.print(found, (sheet) => sheet.fields(found, FIELDS).section('Keys', rows, KEYS));
    });
}
