import type { Command } from 'commander';
import type { RetentionUsage, RetentionView } from '../../resources/retention.ts';
import type { Cli } from '../cli.ts';
import { type Column, size, state } from '../output/cell.ts';
import { duration } from '../output/relative-time.ts';
import { addClock } from './add-clock.ts';
import { addSetting } from './add-setting.ts';

/** One kind of what is kept. */
interface RetentionRow {
  readonly what: string;
  readonly age: number | null;
  readonly bytes: number | null;
  readonly used: number;
  /** What of it was set, and does not come from the options of the process. */
  readonly set: readonly string[];
}

const COLUMNS: readonly Column<RetentionRow>[] = [
  { head: 'WHAT', cell: ({ what }) => what },
  { head: 'FOR', cell: ({ age }) => (age === null ? 'ever' : duration(age / 1000)) },
  { head: 'AT MOST', cell: ({ bytes }) => size(bytes), right: true },
  { head: 'USED', cell: ({ used }) => size(used), right: true },
  { head: 'SET', cell: ({ set }) => set.join(', ') },
];

/** `edgeloop retention`: what is kept how long, and how much room there is. */
export function addRetention(retention: Command, cli: Cli): void {
  retention
    .command('show', { isDefault: true })
    .description('what is kept how long, how much room it takes, and how much there is')
    .action(async () => {
      const api = await cli.api();
      const view = await api.askJson<RetentionView>('GET /api/retention');
      const usage = await api.askJson<RetentionUsage>('GET /api/retention/usage');
      await cli.print({ ...view, usage }, (sheet) =>
        sheet.table(rows(view, usage), COLUMNS).fields(usage.disk, [
          { head: 'DISK', cell: ({ state: word }) => state(word) },
          { head: 'FREE', cell: ({ free }) => size(free) },
          { head: 'OF', cell: ({ total }) => size(total) },
        ]),
      );
    });
  addSetting(retention, cli);
  addClock(retention, cli);
}

const KINDS = [
  ['detections', 'detectionAge', 'databaseBytes', 'database'],
  ['samples', 'sampleAge', 'sampleBytes', 'samples'],
  ['pictures', 'pictureAge', 'pictureBytes', 'pictures'],
] as const;

const rows = ({ bounds, settings }: RetentionView, usage: RetentionUsage): RetentionRow[] =>
  KINDS.map(([what, age, most, used]) => ({
    what,
    age: bounds[age],
    bytes: bounds[most],
    used: usage[used],
    set: [...(age in settings ? ['age'] : []), ...(most in settings ? ['size'] : [])],
  }));
