import type { Command } from 'commander';
import type {
  ConfigurationVersion,
  ConfigurationVersionPage,
  ConfigurationView,
} from '../../resources/configuration.ts';
import { readJson } from '../arguments/read-json.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, when } from '../output/cell.ts';

interface NoteOption {
  readonly note?: string;
}

const COLUMNS: readonly Column<ConfigurationView>[] = [
  { head: 'CONFIGURATION', cell: ({ configuration }) => configuration, keep: true },
  { head: 'NEWEST', cell: ({ newest }) => newest.version, right: true },
  { head: 'NOTE', cell: ({ newest }) => newest.note },
  { head: 'CHANGED', cell: ({ newest }) => when(newest.createdAt) },
  { head: 'BY', cell: ({ newest }) => newest.createdBy },
];
const VERSIONS: readonly Column<ConfigurationVersion>[] = [
  { head: 'VERSION', cell: ({ version }) => version, right: true },
  { head: 'NOTE', cell: ({ note }) => note },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
  { head: 'SETTINGS', cell: ({ settings }) => JSON.stringify(settings) },
];
const FILE = 'settings as JSON; -: standard input';

/**
 * `edgeloop configurations`: versioned settings for devices. They go out by `devices configure`, or
 * by a rollout.
 */
export function addConfigurations(configurations: Command, cli: Cli): void {
  const print = (view: ConfigurationView) =>
    cli.print(view, (sheet) =>
      sheet.fields(view, COLUMNS).lines(JSON.stringify(view.newest.settings, null, 2)),
    );

  configurations
    .command('create')
    .description('a new configuration with its first version')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .argument('<file>', FILE)
    .option('--note <text>', 'for the record')
    .action(async (configuration: string, file: string, note: NoteOption) => {
      const settings = await readJson(file, cli.surroundings.stdin);
      const json = { configuration, settings, ...note };
      await print(await (await cli.api()).askJson('POST /api/configurations', { json }));
    });

  configurations
    .command('list')
    .description('every configuration with its newest version, by name')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly configurations: readonly ConfigurationView[] }>(
        'GET /api/configurations',
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.configurations, COLUMNS, 'There is none.'),
      );
    });

  configurations
    .command('show')
    .description('one configuration with its newest version')
    .argument('<configuration>', 'its name')
    .action(async (configuration: string) => {
      const api = await cli.api();
      const path = { configuration };
      await print(await api.askJson('GET /api/configurations/{configuration}', { path }));
    });

  withPaging(configurations.command('versions'))
    .description('its versions, newest first')
    .argument('<configuration>', 'its name')
    .action(async (configuration: string, page: PageOptions) => {
      const found = await collectPages<ConfigurationVersionPage>(
        await cli.api(),
        'GET /api/configurations/{configuration}/versions',
        'versions',
        { ...page, path: { configuration } },
      );
      await cli.print(found, (sheet) => sheet.table(found.versions, VERSIONS).more(found.next));
    });

  configurations
    .command('change')
    .description('another version: one that is there never changes')
    .argument('<configuration>', 'its name')
    .argument('<file>', FILE)
    .option('--note <text>', 'for the record')
    .action(async (configuration: string, file: string, note: NoteOption) => {
      const settings = await readJson(file, cli.surroundings.stdin);
      const api = await cli.api();
      const made = await api.askJson<ConfigurationVersion>(
        'POST /api/configurations/{configuration}/versions',
        { path: { configuration }, json: { settings, ...note } },
      );
      await cli.print(made, (sheet) => sheet.fields(made, VERSIONS));
    });
}
