import type { Command } from 'commander';
import type { AuditPage } from '../../resources/audit-entry.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, when } from '../output/cell.ts';

interface ListOptions extends PageOptions {
  readonly action?: string;
  readonly principal?: string;
}

const COLUMNS: readonly Column<AuditPage['entries'][number]>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'WHO', cell: ({ principal }) => principal },
  { head: 'FROM', cell: ({ address }) => address },
  { head: 'ACTION', cell: ({ action }) => action, keep: true },
  { head: 'SUBJECT', cell: ({ subject }) => subject },
  { head: 'STATUS', cell: ({ status }) => status, right: true },
  { head: 'REQUEST', cell: ({ request }) => (request ? JSON.stringify(request) : '') },
];

/** `edgeloop audit list`. */
export function addAudit(audit: Command, cli: Cli): void {
  withPaging(audit.command('list'))
    .description('every change that went through, newest first')
    .option('--action <operation>', 'such as createRollout')
    .option('--principal <who>', 'such as token:night-shift')
    .action(async ({ action, principal, ...page }: ListOptions) => {
      const found = await collectPages<AuditPage>(await cli.api(), 'GET /api/audit', 'entries', {
        ...page,
        query: { action, principal },
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.entries, COLUMNS, 'Nothing fits.').more(found.next),
      );
    });
}
