import type { Command } from 'commander';
import type { LabelProgressView } from '../../resources/label-progress.ts';
import type { Cli } from '../cli.ts';
import type { Column } from '../output/cell.ts';

const COLUMNS: readonly Column<LabelProgressView['classes'][number]>[] = [
  { head: 'CLASS', cell: ({ class: name }) => name },
  { head: 'LABELS', cell: ({ labels }) => labels, right: true },
  { head: 'NEW', cell: ({ newLabels }) => newLabels, right: true },
  { head: 'WAITING', cell: ({ queue }) => queue.waiting, right: true },
];

/** `tasks progress`. */
export function addProgress(tasks: Command, cli: Cli): void {
  tasks
    .command('progress')
    .description('how far labelling is, and what the next training would gain by it')
    .argument('<task>', 'its name')
    .action(async (task: string) => {
      const api = await cli.api();
      const found = await api.askJson<LabelProgressView>('GET /api/tasks/{task}/progress', {
        path: { task },
      });
      await cli.print(found, (sheet) =>
        sheet.table(found.classes, COLUMNS).lines(found.training.words, ...found.gain.words),
      );
    });
}
