import { type Command, InvalidArgumentError } from 'commander';
import type {
  ConfigurationAssignment,
  ConfigurationAssignmentPage,
  DeviceConfiguration,
} from '../../resources/configuration.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, state, when } from '../output/cell.ts';

const FIELDS: readonly Column<DeviceConfiguration>[] = [
  { head: 'DEVICE', cell: ({ device }) => device },
  { head: 'ASSIGNED', cell: ({ assigned }) => assigned?.version ?? 'its agent.yaml alone' },
  { head: 'BY', cell: ({ assigned }) => assigned?.source },
  { head: 'SINCE', cell: ({ assigned }) => when(assigned?.assignedAt) },
  { head: 'REPORTED', cell: ({ reported }) => reported?.version },
  { head: 'STATE', cell: ({ reported }) => (reported ? state(reported.state) : null) },
  { head: 'WHY', cell: ({ reported }) => reported?.reason?.message },
];

const HISTORY: readonly Column<ConfigurationAssignment>[] = [
  { head: 'VERSION', cell: ({ version }) => version ?? 'none', right: true },
  { head: 'BY', cell: ({ source }) => source },
  { head: 'SINCE', cell: ({ assignedAt }) => when(assignedAt) },
];

/** `configuration`, `configure` and `configuration-history`: which settings hold on a device. */
export function addDeviceConfiguration(devices: Command, cli: Cli): void {
  devices
    .command('configuration')
    .description('which configuration holds on a device, and what it reports of it')
    .argument('<device>', 'its name')
    .action(async (device: string) => {
      const api = await cli.api();
      const view = await api.askJson<DeviceConfiguration>(
        'GET /api/devices/{device}/configuration',
        { path: { device } },
      );
      await cli.print(view, (sheet) => sheet.fields(view, FIELDS));
    });

  devices
    .command('configure')
    .description('a version of a configuration for one device; for many, a rollout')
    .argument('<device>', 'its name')
    .argument(
      '<version>',
      'of edgeloop configurations versions; none: its agent.yaml alone',
      version,
    )
    .action(async (device: string, given: number | 'none') => {
      const api = await cli.api();
      const json = { version: given === 'none' ? null : given };
      const view = await api.askJson<DeviceConfiguration>(
        'PUT /api/devices/{device}/configuration',
        { path: { device }, json },
      );
      await cli.print(view, (sheet) => sheet.fields(view, FIELDS));
    });

  withPaging(devices.command('configuration-history'))
    .description('which configuration held on a device since when, and who said so')
    .argument('<device>', 'its name')
    .action(async (device: string, page: PageOptions) => {
      const found = await collectPages<ConfigurationAssignmentPage>(
        await cli.api(),
        'GET /api/devices/{device}/configuration/history',
        'assignments',
        { ...page, path: { device } },
      );
      await cli.print(found, (sheet) =>
        sheet
          .table(found.assignments, HISTORY, `${device} has had its agent.yaml alone.`)
          .more(found.next),
      );
    });
}

function version(text: string): number | 'none' {
  if (text === 'none') return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a version, such as 12, or none.');
}
