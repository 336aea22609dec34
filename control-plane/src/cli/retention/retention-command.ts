import type { Command } from 'commander';
import type { RetentionView } from '../../resources/retention.ts';
import type { Cli } from '../cli.ts';
import { type Column, size, state } from '../output/cell.ts';
import { duration } from '../output/relative-time.ts';

type Kept = RetentionView['detections'];

const COLUMNS: readonly Column<readonly [string, Kept]>[] = [
  { head: 'WHAT', cell: ([what]) => what },
  { head: 'FOR', cell: ([, { age }]) => (age === null ? 'ever' : duration(age / 1000)) },
  { head: 'AT MOST', cell: ([, { bytes }]) => size(bytes), right: true },
  { head: 'USED', cell: ([, { used }]) => size(used), right: true },
];

/** `edgeloop retention`: what is kept how long, and how much room there is. */
export function addRetention(command: Command, cli: Cli): void {
  command.action(async () => {
    const api = await cli.api();
    const found = await api.askJson<RetentionView>('GET /api/retention');
    const { detections, samples, disk } = found;
    await cli.print(found, (sheet) =>
      sheet
        .table([['detections', detections] as const, ['samples', samples] as const], COLUMNS)
        .fields(disk, [
          { head: 'DISK', cell: ({ state: word }) => state(word) },
          { head: 'FREE', cell: ({ free }) => size(free) },
          { head: 'OF', cell: ({ total }) => size(total) },
        ]),
    );
  });
}
