import type { Command } from 'commander';
import type { TrainerList, TrainerView } from '../../resources/trainer.ts';
import type { Cli } from '../cli.ts';
import { type Column, size, when } from '../output/cell.ts';

const COLUMNS: readonly Column<TrainerView>[] = [
  { head: 'TRAINER', cell: ({ trainer }) => trainer, keep: true },
  { head: 'GPU', cell: ({ has }) => has && (has.gpu ? 'yes' : 'no') },
  { head: 'MEMORY', cell: ({ has }) => size(has?.memoryBytes), right: true },
  { head: 'ASKED', cell: ({ askedAt }) => when(askedAt) },
  { head: 'JOB', cell: ({ job }) => job, keep: true },
];

/** `jobs trainers`. */
export function addTrainers(jobs: Command, cli: Cli): void {
  jobs
    .command('trainers')
    .description('who takes jobs now, and what each has of a machine')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<TrainerList>('GET /api/trainers');
      await cli.print(found, (sheet) =>
        sheet.table(found.trainers, COLUMNS, 'There is none. edgeloop-trainer work starts one.'),
      );
    });
}
