import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { LabelHistory, LabellingView, NewLabel, QueuePage } from '../../resources/label.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { type Column, when } from '../output/cell.ts';
import { SAMPLE_COLUMNS } from '../samples/sample-columns.ts';

interface SayOptions {
  readonly class?: string;
  readonly none?: boolean;
  readonly skip?: boolean;
}

const EVENTS: readonly Column<LabelHistory['events'][number]>[] = [
  { head: 'ID', cell: ({ id }) => id, right: true },
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'BY', cell: ({ by }) => by },
  {
    head: 'SAID',
    cell: ({ kind, class: name, undoes }) => name ?? (undoes ? `undo ${undoes}` : kind),
  },
  { head: 'SETTLES', cell: ({ settles }) => (settles ? 'yes' : '') },
];

/** `edgeloop labels`: what people say of samples. A person labels faster in the dashboard. */
export function addLabels(labels: Command, cli: Cli): void {
  const ofTask = (name: string, description: string) =>
    labels.command(name).description(description).argument('<task>', 'its name');
  const tell = (said: LabellingView) =>
    cli.print(said, (sheet) =>
      sheet.lines(`${said.sha256}: ${said.label.class ?? said.label.state}`),
    );

  ofTask('next', 'the samples to label next, for the asker alone for five minutes')
    .option('--limit <n>', 'so many, 20 at most', count, 1)
    .action(async (task: string, json: { readonly limit: number }) => {
      const api = await cli.api();
      const found = await api.askJson<QueuePage>('POST /api/tasks/{task}/queue', {
        path: { task },
        json,
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.samples, SAMPLE_COLUMNS, 'Nothing waits for a label.'),
      );
    });

  ofTask('give-back', 'others may have what the asker took and did not label').action(
    async (task: string) => {
      const api = await cli.api();
      await api.ask('DELETE /api/tasks/{task}/queue', { path: { task } });
      await cli.print({ task }, (sheet) => sheet.lines(`${task}: given back`));
    },
  );

  ofTask('say', 'of a sample: a class, none of them, or nothing')
    .argument('<sample>', 'its digest')
    .option('--class <class>', 'it is of this class')
    .option('--none', 'it is not any of the classes')
    .option('--skip', 'others may know')
    .action(async (task: string, sha256: string, said: SayOptions) => {
      const api = await cli.api();
      const path = { task, sha256 };
      const json = labelOf(said);
      await tell(
        await api.askJson('POST /api/tasks/{task}/samples/{sha256}/labels', { path, json }),
      );
    });

  ofTask('list', 'who said what of a sample, when, in order')
    .argument('<sample>', 'its digest')
    .action(async (task: string, sha256: string) => {
      const api = await cli.api();
      const found = await api.askJson<LabelHistory>(
        'GET /api/tasks/{task}/samples/{sha256}/labels',
        { path: { task, sha256 } },
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.events, EVENTS, 'Nobody has said anything of it.'),
      );
    });

  ofTask(
    'undo',
    'take back the last that the asker said in a task by hand; again: the one before',
  ).action(async (task: string) => {
    const api = await cli.api();
    await tell(await api.askJson('POST /api/tasks/{task}/labels/undo', { path: { task } }));
  });
}

function labelOf({ class: name, none, skip }: SayOptions): NewLabel {
  const said: NewLabel[] = [
    ...(name === undefined ? [] : [{ kind: 'class' as const, class: name }]),
    ...(none ? [{ kind: 'none' as const }] : []),
    ...(skip ? [{ kind: 'skip' as const }] : []),
  ];
  const [only, ...more] = said;
  if (only && more.length === 0) return only;
  const message = `Expected one of --class, --none and --skip, received ${said.length} of them.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
