import type { SignedRoot } from '@edgeloop/protocol';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type Column, when } from '../output/cell.ts';

const COLUMNS: readonly Column<SignedRoot>[] = [
  { head: 'VERSION', cell: ({ signed }) => signed.version, right: true },
  { head: 'ISSUED', cell: ({ signed }) => when(signed.issued) },
  { head: 'EXPIRES', cell: ({ signed }) => when(signed.expires) },
  { head: 'PACKAGE KEYS', cell: ({ signed }) => signed.packages.length, right: true },
  { head: 'ONLINE KEYS', cell: ({ signed }) => signed.assignments.length, right: true },
];

/** `keys roots`: what the server has. */
export function addRoots(keys: Command, cli: Cli): void {
  keys
    .command('roots')
    .description('every version of the root that the server has')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly roots: readonly SignedRoot[] }>(
        'GET /api/keys/roots',
      );
      await cli.print(found, (sheet) => sheet.table(found.roots, COLUMNS));
    });
}
