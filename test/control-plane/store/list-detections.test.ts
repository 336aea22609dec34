import t from 'tap';
import type { DetectionQuery } from '../../../control-plane/src/resources/detection.ts';
import { listDetections } from '../../../control-plane/src/store/read/list-detections.ts';
import { MIDNIGHT, OTHER_STREAM, STREAM } from '../../stand/fleet/messages.ts';
import { openStore } from '../stand/open-store.ts';
import { row } from './records.ts';

const { writer, reading: database } = openStore(t);
writer.commit([
  row(1),
  row(2, { label: 'good', score: 0.4 }),
  row(3, { model: 'b'.repeat(64), futureField: { kept: true } }),
  row(
    1,
    { stream: OTHER_STREAM, type: 'new', capturedAt: new Date(MIDNIGHT + 500).toISOString() },
    { device: 'pi-2', site: 'yard', camera: 'cam1' },
  ),
]);

const list = (query: Partial<DetectionQuery>) =>
  listDetections(database, { limit: 100, ...(query as DetectionQuery) });
const ids = (query: Record<string, unknown>) =>
  list(query as Partial<DetectionQuery>).detections.map(({ id }) => id);

for (const [name, query, expected] of [
  ['newest first', {}, [3, 2, 1, 4]],
  ['oldest first', { order: 'oldest' }, [4, 1, 2, 3]],
  ['in the order of storing', { order: 'stored' }, [1, 2, 3, 4]],
  ['site', { site: 'yard' }, [4]],
  ['device', { device: 'pi-1' }, [3, 2, 1]],
  ['a device that is not there', { device: 'pi-9' }, []],
  ['camera', { camera: 'cam1' }, [4]],
  ['label', { label: 'good' }, [2]],
  ['type', { type: 'new' }, [4]],
  ['each occurrence once', { type: 'occurrence' }, [3, 2, 1, 4]],
  ['of a type that there is none of', { type: 'end' }, []],
  ['model', { model: 'b'.repeat(64) }, [3]],
  ['stream', { stream: OTHER_STREAM }, [4]],
  ['minScore', { minScore: 0.9 }, [3, 1, 4]],
  ['from, included', { from: '2026-11-24T00:00:02Z' }, [3, 2]],
  ['to, excluded', { to: '2026-11-24T00:00:02Z' }, [1, 4]],
  ['in another time zone', { from: '2026-11-24T01:00:02+01:00' }, [3, 2]],
  ['all at once', { device: 'pi-1', label: 'scratch', minScore: 0.5, order: 'oldest' }, [1, 3]],
] as const) {
  t.same(ids(query), expected, name);
}

t.test('a row comes back as the message that it was, unknown fields too', async (t) => {
  const [found] = list({ model: 'b'.repeat(64) as never }).detections;
  t.match(found, {
    device: 'pi-1',
    site: 'works',
    camera: 'cam0',
    type: 'frame',
    seq: 3,
    capturedAt: '2026-11-24T00:00:03.000Z',
    receivedAt: '2026-11-24T00:00:00.000Z',
    label: 'scratch',
    scores: { scratch: 0.9, good: 0.1 },
    bootId: '00000000-0000-4000-8000-00000000b007',
    replayed: false,
    slot: 'main',
    futureField: { kept: true },
  });
});

t.test('pages meet without a gap or a repetition, also while rows are stored', async (t) => {
  const { writer: busy, reading: reader } = openStore(t);
  // Many share a time: the order within it must not depend on chance.
  const at = (seq: number) => new Date(MIDNIGHT + Math.floor(seq / 7) * 1000).toISOString();
  const store = (from: number, to: number) =>
    busy.commit(
      Array.from({ length: to - from + 1 }, (_, i) => row(from + i, { capturedAt: at(from + i) })),
    );
  for (const order of ['newest', 'oldest', 'stored'] as const) {
    const start = Number(reader.prepare('SELECT count(*) FROM detections').pluck().get());
    store(start + 1, start + 50);
    const expected = listDetections(reader, { order, limit: 1000 }).detections.map(({ id }) => id);
    const seen: number[] = [];
    let more = start + 50;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = listDetections(reader, { order, limit: 9, ...(cursor && { cursor }) });
      seen.push(...page.detections.map(({ id }) => id));
      cursor = seen.length >= expected.length ? null : page.next;
      store(more + 1, ++more);
    }
    t.same(new Set(seen).size, seen.length, `${order}: none twice`);
    t.same(
      seen.filter((id) => expected.includes(id)),
      expected,
      `${order}: none missing`,
    );
  }
});

t.test('who follows the order of storing hears of what comes later', async (t) => {
  const first = list({ order: 'stored', device: 'pi-3' as never });
  t.same(first.detections, []);
  const again = list({ order: 'stored', device: 'pi-3' as never, cursor: first.next as string });
  t.equal(again.next, first.next);
  writer.commit([row(1, {}, { device: 'pi-3' })]);
  t.equal(
    list({ order: 'stored', device: 'pi-3' as never, cursor: again.next as string }).detections
      .length,
    1,
  );
});

for (const [name, cursor] of [
  ['nonsense', 'nonsense'],
  ['of another order', Buffer.from('["oldest",1,1]').toString('base64url')],
  ['with another position', Buffer.from('["newest","x"]').toString('base64url')],
] as const) {
  t.throws(() => list({ cursor }), { code: 'REQUEST_INVALID' }, `a cursor ${name} is refused`);
}

t.test('what no index has is looked for a part at a time, and all of it is found', async (t) => {
  const { writer: busy, reading: reader } = openStore(t);
  const MOST = 10;
  const at = (seq: number) => new Date(MIDNIGHT + Math.floor(seq / 3) * 1000).toISOString();
  const rare = (seq: number) => seq === 2 || seq === 57;
  const rows = Array.from({ length: 60 }, (_, i) =>
    row(i + 1, { capturedAt: at(i + 1), score: rare(i + 1) ? 0.9 : 0.1, label: 'scratch' }),
  );
  busy.commit([
    ...rows,
    row(1, { stream: OTHER_STREAM, score: 0.9, capturedAt: at(0) }, { device: 'pi-2' }),
  ]);
  const walk = (query: object) => {
    const pages: number[][] = [];
    let cursor: string | null | undefined;
    for (;;) {
      const asked = { limit: 2, ...query, ...(cursor && { cursor }) } as DetectionQuery;
      const { detections, next } = listDetections(reader, { limit: 2, ...asked }, MOST);
      pages.push(detections.map(({ seq }) => seq));
      // In the order of storing that is how the end is told.
      if (next === null || next === cursor) return pages;
      cursor = next;
    }
  };
  for (const [name, query, expected] of [
    ['newest', { minScore: 0.5, device: 'pi-1' }, [57, 2]],
    ['oldest', { minScore: 0.5, device: 'pi-1', order: 'oldest' }, [2, 57]],
    ['stored', { minScore: 0.5, order: 'stored' }, [2, 57, 1]],
    ['stored, of a device', { minScore: 0.5, device: 'pi-1', order: 'stored' }, [2, 57]],
    ['of a class', { minScore: 0.5, label: 'scratch' }, [57, 1, 2]],
    ['of all', { minScore: 0.5, site: 'works', to: at(60) }, [57, 1, 2]],
    ['a stream', { stream: STREAM, minScore: 0.5 }, [57, 2]],
    ['none', { site: 'nowhere' }, []],
    ['a stream that nobody has', { stream: '00000000-0000-4000-8000-000000000000' }, []],
  ] as const) {
    const pages = walk(query);
    t.same(pages.flat(), expected, name);
    t.ok(pages.length > 3, `${name}: in parts`);
  }
  t.equal(
    walk({ device: 'pi-1', label: 'scratch', limit: 100 })[0]?.length,
    2 * MOST,
    'of two indexes one is used',
  );
  t.same(walk({ device: 'pi-1', limit: 100 }).length, 1, 'what an index has comes whole');
  t.same(walk({ label: 'scratch', limit: 100 }).length, 1);
  t.same(walk({ from: at(1), limit: 100 }).length, 1);
});
