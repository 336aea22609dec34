import type { Command } from 'commander';
import type { DatasetPage, DatasetView, FrozenSamplePage } from '../../resources/dataset.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, when } from '../output/cell.ts';
import { addTransfer } from './add-transfer.ts';
import { DATASET_COLUMNS, LISTED_COLUMNS } from './dataset-columns.ts';

const BY_CLASS: readonly Column<[string, DatasetView['counts']['byClass'][string]]>[] = [
  { head: 'CLASS', cell: ([name]) => name },
  { head: 'TRAIN', cell: ([, { train }]) => train, right: true },
  { head: 'VALIDATION', cell: ([, { validation }]) => validation, right: true },
  { head: 'TEST', cell: ([, { test }]) => test, right: true },
];
const SAMPLES: readonly Column<FrozenSamplePage['samples'][number]>[] = [
  { head: 'SAMPLE', cell: ({ sha256 }) => sha256, keep: true },
  { head: 'LABEL', cell: ({ label }) => label },
  { head: 'SIDE', cell: ({ side }) => side },
  { head: 'UNBIASED', cell: ({ unbiased }) => (unbiased ? 'yes' : '') },
  { head: 'DEVICE', cell: ({ device }) => device },
  { head: 'REMOVED', cell: ({ removedAt }) => when(removedAt) },
];

/** `edgeloop datasets`: frozen versions of what is labelled. */
export function addDatasets(datasets: Command, cli: Cli): void {
  const ofTask = (command: Command, description: string) =>
    command.description(description).argument('<task>', 'its name');
  const print = (view: DatasetView) =>
    cli.print(view, (sheet) =>
      sheet
        .fields(view, DATASET_COLUMNS)
        .section('Classes', Object.entries(view.counts.byClass), BY_CLASS),
    );

  ofTask(datasets.command('freeze'), 'freeze what is labelled now as a version').action(
    async (task: string) => {
      const api = await cli.api();
      await print(await api.askJson('POST /api/tasks/{task}/datasets', { path: { task } }));
    },
  );

  ofTask(withPaging(datasets.command('list')), 'versions of a task, newest first').action(
    async (task: string, page: PageOptions) => {
      const found = await collectPages<DatasetPage>(
        await cli.api(),
        'GET /api/tasks/{task}/datasets',
        'datasets',
        { ...page, path: { task } },
      );
      await cli.print(found, (sheet) =>
        sheet
          .table(
            found.datasets,
            LISTED_COLUMNS,
            'There is none. edgeloop datasets freeze makes one.',
          )
          .more(found.next),
      );
    },
  );

  ofTask(datasets.command('show'), 'one version: its classes, how many on which side')
    .argument('<version>', 'its number', count)
    .action(async (task: string, number: number) => {
      const api = await cli.api();
      const path = { task, number };
      await print(await api.askJson('GET /api/tasks/{task}/datasets/{number}', { path }));
    });

  ofTask(withPaging(datasets.command('samples')), 'what a version consists of')
    .argument('<version>', 'its number', count)
    .action(async (task: string, number: number, page: PageOptions) => {
      const found = await collectPages<FrozenSamplePage>(
        await cli.api(),
        'GET /api/tasks/{task}/datasets/{number}/samples',
        'samples',
        { ...page, path: { task, number } },
      );
      await cli.print(found, (sheet) => sheet.table(found.samples, SAMPLES).more(found.next));
    });

  addTransfer(datasets, cli);
}
