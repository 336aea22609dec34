import { parseSize, SIZE_PATTERN } from '@edgeloop/protocol/quantity';
import { type Command, InvalidArgumentError } from 'commander';
import type { FleetBudget } from '../../resources/sample.ts';
import type { Cli } from '../cli.ts';
import { type Column, size } from '../output/cell.ts';

interface BudgetAnswer {
  readonly budget: FleetBudget | null;
}

const COLUMNS: readonly Column<FleetBudget>[] = [
  { head: 'PER HOUR', cell: ({ perHour }) => perHour, right: true },
  { head: 'PER DAY', cell: ({ perDay }) => perDay, right: true },
  { head: 'BYTES PER DAY', cell: ({ bytesPerDay }) => size(bytesPerDay), right: true },
];

/** `budget`, `set-budget` and `remove-budget`: what all devices of a task may sample together. */
export function addBudget(tasks: Command, cli: Cli): void {
  const print = (answer: BudgetAnswer) =>
    cli.print(answer, (sheet) =>
      sheet.table(
        answer.budget ? [answer.budget] : [],
        COLUMNS,
        'There is none: devices keep to their own configuration.',
      ),
    );
  const ofTask = (name: string, description: string) =>
    tasks.command(name).description(description).argument('<task>', 'its name');

  ofTask('budget', 'what all devices of a task may sample together').action(
    async (task: string) => {
      const api = await cli.api();
      await print(await api.askJson('GET /api/tasks/{task}/budget', { path: { task } }));
    },
  );

  ofTask('set-budget', 'divided over the devices: half evenly, half by how unsure their models are')
    .requiredOption('--per-hour <n>', 'pictures', count)
    .requiredOption('--per-day <n>', 'pictures', count)
    .requiredOption('--bytes-per-day <size>', 'such as 500MiB', bytes)
    .action(async (task: string, json: FleetBudget) => {
      const api = await cli.api();
      await print(await api.askJson('PUT /api/tasks/{task}/budget', { path: { task }, json }));
    });

  ofTask('remove-budget', 'devices keep to their own configuration from now on').action(
    async (task: string) => {
      const api = await cli.api();
      await print(await api.askJson('DELETE /api/tasks/{task}/budget', { path: { task } }));
    },
  );
}

function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

function bytes(text: string): number {
  if (new RegExp(SIZE_PATTERN).test(text)) return parseSize(text);
  throw new InvalidArgumentError('Expected a number with a unit: 512KiB, 500MiB, 2GiB.');
}
