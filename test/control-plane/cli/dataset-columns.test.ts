import t from 'tap';
import { LISTED_COLUMNS } from '../../../control-plane/src/cli/datasets/dataset-columns.ts';
import { table } from '../../../control-plane/src/cli/output/table.ts';
import type { DatasetView } from '../../../control-plane/src/resources/dataset.ts';

t.test('a list of datasets marks those on which no model can be trained', async (t) => {
  const dataset = (number: number, untrainable: string | null) =>
    ({
      number,
      fingerprint: 'feed'.repeat(16),
      counts: { train: 5, validation: 1, test: 1 },
      classes: ['good', 'bad'],
      createdAt: '2026-11-26T11:57:00.000Z',
      createdBy: 'token:me',
      untrainable,
    }) as unknown as DatasetView;
  const rows = [dataset(2, 'Nothing is on the test side.'), dataset(1, null)];
  const paper = { terminal: null, wide: false, now: 0 };
  const [second, first] = table(rows, LISTED_COLUMNS, paper);
  t.match(second, /^2\t.*\tno$/);
  t.match(first, /^1\t.*\tyes$/);
});
