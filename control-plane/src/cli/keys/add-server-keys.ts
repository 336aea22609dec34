import type { Command } from 'commander';
import type { KeysView } from '../../resources/keys.ts';
import type { Cli } from '../cli.ts';
import { type Column, when } from '../output/cell.ts';

interface KeyRow {
  readonly use: string;
  readonly keyId: string;
  readonly privateHere: boolean;
}

const FIELDS: readonly Column<KeysView>[] = [
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
      const found = await api.askJson<KeysView>('GET /api/keys');
      const rows = (['root', 'packages', 'assignments'] as const).flatMap((use) =>
        found[use].map((key) => ({ use, ...key })),
      );
      await cli.print(found, (sheet) => sheet.fields(found, FIELDS).section('Keys', rows, KEYS));
    });
}
