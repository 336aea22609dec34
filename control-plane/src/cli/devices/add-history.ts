import type { Command } from 'commander';
import type { AssignmentList } from '../../resources/rollout.ts';
import type { DeviceRun, RunPage } from '../../resources/run.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, digest, when } from '../output/cell.ts';

const RUNS: readonly Column<DeviceRun>[] = [
  { head: 'SLOT', cell: ({ slot }) => slot },
  { head: 'MODEL', cell: ({ model }) => digest(model), keep: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'FROM', cell: ({ from }) => when(from) },
  { head: 'UNTIL', cell: ({ until }) => when(until) ?? { text: 'now', tone: 'good' } },
  { head: 'ROLLOUT', cell: ({ rollout }) => rollout?.name },
  { head: 'APPROVED BY', cell: ({ rollout }) => rollout?.approvedBy },
];

const ASSIGNMENTS: readonly Column<AssignmentList['assignments'][number]>[] = [
  { head: 'SLOT', cell: ({ slot }) => slot },
  { head: 'AS', cell: ({ as }) => as },
  { head: 'GENERATION', cell: ({ generation }) => generation, right: true },
  { head: 'MODEL', cell: ({ model }) => digest(model), keep: true },
  { head: 'ROLLOUT', cell: ({ rollout }) => rollout },
  { head: 'ISSUED', cell: ({ issuedAt }) => when(issuedAt) },
  { head: 'TAKEN', cell: ({ takenAt }) => when(takenAt) },
  { head: 'ENDED', cell: ({ endedAt }) => when(endedAt) },
];

/** `runs` and `assignments`: what was where. */
export function addHistory(devices: Command, cli: Cli): void {
  withPaging(devices.command('runs'))
    .description('what ran on a device; which rollout put it there, who approved it')
    .argument('<device>', 'its name')
    .option('--at <time>', 'what ran then: 2026-11-26T12:00:00.000Z')
    .action(async (device: string, { at, ...page }: PageOptions & { readonly at?: string }) => {
      const found = await collectPages<RunPage>(
        await cli.api(),
        'GET /api/devices/{device}/runs',
        'runs',
        { ...page, path: { device }, query: { at } },
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.runs, RUNS, `${device} has not said what it runs.`).more(found.next),
      );
    });

  devices
    .command('assignments')
    .description('which models a device was assigned, and whether it took them')
    .argument('<device>', 'its name')
    .action(async (device: string) => {
      const api = await cli.api();
      const found = await api.askJson<AssignmentList>('GET /api/devices/{device}/assignments', {
        path: { device },
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.assignments, ASSIGNMENTS, `${device} was assigned none.`),
      );
    });
}
