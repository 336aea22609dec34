import t from 'tap';
import type { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { collectPages } from '../../../control-plane/src/cli/client/collect-pages.ts';

interface Page {
  readonly rows: readonly number[];
  readonly next: string | null;
}

/** By cursor; null: none. */
type Pages = ReadonlyMap<string | null, Page>;

function collect(pages: Pages, limit: number) {
  const api = {
    askJson: async (_route: string, { query }: { query: { cursor: string | null } }) =>
      pages.get(query.cursor),
  } as unknown as ApiClient;
  return collectPages<Page>(api, 'GET /api/detections', 'rows', { limit, query: {} });
}

const SHORT: Pages = new Map([
  [null, { rows: [], next: 'a' }],
  ['a', { rows: [1], next: 'b' }],
  ['b', { rows: [2], next: null }],
]);
const ENDLESS: Pages = new Map([
  [null, { rows: [1], next: 'a' }],
  ['a', { rows: [], next: 'b' }],
  ['b', { rows: [], next: 'b' }],
]);

t.test('pages are followed to the end, though one is short or empty', async (t) => {
  t.same(await collect(SHORT, 100), { rows: [1, 2], next: null });
  t.same(await collect(SHORT, 1), { rows: [1], next: 'b' });
  t.same(await collect(ENDLESS, 100), { rows: [1], next: 'b' }, 'of a list that has no end');
});
