import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import type { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { collectPages } from '../../../control-plane/src/cli/client/collect-pages.ts';
import { runHere } from './stand/run-here.ts';

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

t.test('a person is told that a list of a device goes on', async (t) => {
  const at = '2026-11-26T12:00:00.000Z';
  const run = { slot: 'main', model: 'a'.repeat(64), name: 'parts', from: at, until: null };
  const held = { version: 3, source: 'device', assignedAt: at };
  const page = { runs: [{ ...run, rollout: null }], assignments: [held], next: 'a' };
  const server = createServer((_request, response) => response.end(JSON.stringify(page)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const list of ['runs', 'configuration-history']) {
    const asked = ['--server', url, '--token', 'elt_any', 'devices', list, 'pi-1', '--limit', '1'];
    const { code, stdout } = await runHere({ terminal: { columns: 100 } }, ...asked);
    t.match({ code, stdout }, { code: 0, stdout: /There are more: --limit 1000, or all\./ }, list);
    // As over a serial line, which does not say how wide it is.
    const [unsized, usual] = [0, 80].map((columns) =>
      runHere({ terminal: { columns }, now: Date.parse(at) }, ...asked),
    );
    t.same(await unsized, await usual, 'is as wide as usual');
  }
});
