import t from 'tap';
import {
  filterHref,
  filterRows,
  isEmpty,
  NO_FILTER,
  readFilter,
  writeFilter,
} from '../../../control-plane/dashboard/src/fleet/rows/fleet-filter.ts';
import {
  listNews,
  newsInWords,
} from '../../../control-plane/dashboard/src/fleet/rows/shown-list.ts';
import {
  readSorting,
  sortRows,
  writeSorting,
} from '../../../control-plane/dashboard/src/fleet/rows/sort-rows.ts';
import {
  type Standing,
  standingOf,
} from '../../../control-plane/dashboard/src/fleet/rows/standing.ts';
import {
  moved,
  rowsOf,
  visibleRange,
} from '../../../control-plane/dashboard/src/fleet/virtual/visible-range.ts';
import { CLOCK, device, failed, minutesAgo } from './rows.ts';

const B = 'b'.repeat(64);
const ROWS = [
  device('line-9', { site: 'hall', tags: ['indoors'], fps: null }),
  device('line-10', {
    cameras: [{ camera: 'cam0', label: 'scratch', score: 0.6, task: null }],
    fps: 5,
  }),
  device('gate-1', { slots: [{ slot: 'main', digest: B, name: 'hinges' }], celsius: 85 }),
  device('oven-1', { lastSeenAt: minutesAgo(30), ...failed('No.'), fps: 7 }),
];
const names = (rows: readonly { readonly device: string }[]) => rows.map((row) => row.device);

const STANDINGS: readonly (readonly [string, number | null, Standing])[] = [
  ['online', 0, 'online'],
  ['offline', 9.9, 'offline'],
  ['online', 10, 'silent'],
  ['offline', 600, 'silent'],
  ['unknown', 1, 'unknown'],
  ['unknown', null, 'new'],
  ['online', null, 'online'],
  ['revoked', 600, 'revoked'],
  ['revoked', null, 'revoked'],
];
for (const [state, minutes, expected] of STANDINGS) {
  t.test(`${state}, last heard ${minutes} min ago: ${expected}`, async (t) => {
    const lastSeenAt = minutes === null ? null : minutesAgo(minutes);
    t.equal(standingOf({ state, lastSeenAt }, CLOCK), expected);
  });
}

const FILTERS: readonly (readonly [string, readonly string[]])[] = [
  ['', ['line-9', 'line-10', 'gate-1', 'oven-1']],
  ['q=LINE', ['line-9', 'line-10']],
  ['q=line+hall', ['line-9']],
  ['q=scratch', ['line-10']],
  ['q=hinges', ['gate-1']],
  ['q=bbbbbbbb', ['gate-1']],
  ['q=no+line', []],
  ['site=hall', ['line-9']],
  ['tag=indoors', ['line-9']],
  ['tag=indoor', []],
  [`model=${B}`, ['gate-1']],
  ['label=scratch', ['line-10']],
  ['state=silent', ['oven-1']],
  ['state=online&site=works', ['line-10', 'gate-1']],
  ['needs=hot', ['gate-1']],
  ['needs=hot,silent', ['gate-1', 'oven-1']],
  ['state=no-such-state&needs=no-such-need', ['line-9', 'line-10', 'gate-1', 'oven-1']],
];
for (const [query, expected] of FILTERS) {
  t.test(`filter: ${query}`, async (t) => {
    const filter = readFilter(new URLSearchParams(query));
    t.same(names(filterRows(ROWS, filter, CLOCK)), expected);
    const written = writeFilter(new URLSearchParams('view=table'), filter);
    t.same(readFilter(written), filter, 'the address says it all');
    t.equal(written.get('view'), 'table');
  });
}
t.test('no filter', async (t) => {
  t.ok(isEmpty(NO_FILTER));
  t.notOk(isEmpty(readFilter(new URLSearchParams('needs=hot'))));
});

t.test('what a sentence leads to is shown in the form and order that one has chosen', async (t) => {
  const address = new URLSearchParams('view=table&sort=-temperature&site=hall');
  t.equal(filterHref(address, 'needs=hot'), '/?view=table&sort=-temperature&needs=hot');
  t.equal(filterHref(new URLSearchParams(), 'state=unknown'), '/?state=unknown');
});

const SORTINGS: readonly (readonly [string | null, readonly string[]])[] = [
  [null, ['gate-1', 'line-9', 'line-10', 'oven-1']],
  ['-device', ['oven-1', 'line-10', 'line-9', 'gate-1']],
  ['fps', ['line-10', 'oven-1', 'gate-1', 'line-9']],
  ['-fps', ['gate-1', 'oven-1', 'line-10', 'line-9']],
  ['-temperature', ['gate-1', 'line-9', 'line-10', 'oven-1']],
  ['seen', ['oven-1', 'gate-1', 'line-9', 'line-10']],
  ['needs', ['oven-1', 'gate-1', 'line-9', 'line-10']],
  ['site', ['line-9', 'gate-1', 'line-10', 'oven-1']],
  ['no-such-column', ['gate-1', 'line-9', 'line-10', 'oven-1']],
];
for (const [text, expected] of SORTINGS) {
  t.test(`sorted by ${text}`, async (t) => {
    const sorting = readSorting(text);
    t.same(names(sortRows(ROWS, sorting, CLOCK)), expected);
    t.same(readSorting(writeSorting(sorting)), sorting);
  });
}

t.test('what needs attention first: the gravest reason, then who has more of them', async (t) => {
  const [hot, lately] = [{ celsius: 85 }, { failedAt: minutesAgo(5), restartedAt: minutesAgo(5) }];
  const rows = [
    ...[device('a-well'), device('b-many', { ...hot, ...lately }), device('c-hot', hot)],
    ...[device('d-new', { lastSeenAt: null, state: 'unknown' })],
    ...[device('e-lost', { lostAt: minutesAgo(5) }), device('f-gone', { state: 'revoked' })],
    device('g-silent', { lastSeenAt: minutesAgo(30) }),
  ];
  const sorted = names(sortRows(rows, readSorting('needs'), CLOCK));
  t.same(sorted, ['g-silent', 'e-lost', 'b-many', 'c-hot', 'd-new', 'a-well', 'f-gone']);
});

const NEWS: readonly (readonly [string, readonly string[], string | null])[] = [
  ['as it was', ['line-9', 'line-10', 'gate-1', 'oven-1'], null],
  ['others came', ['line-9', 'line-10'], '2 new'],
  ['one no longer fits', ['line-9', 'line-10', 'gate-1', 'oven-1', 'gone'], '1 no longer fit'],
  ['both', ['line-9', 'gone'], '3 new, 1 no longer fit'],
  ['another order', ['gate-1', 'line-9', 'line-10', 'oven-1'], 'Order has changed'],
  ['others came, and another order', ['gate-1', 'line-9'], '2 new'],
];
for (const [name, shown, expected] of NEWS) {
  t.test(`news: ${name}`, async (t) => t.equal(newsInWords(listNews(shown, ROWS)), expected));
}

const TABLE = { columns: 1, rowHeight: 40 };
const CARDS = { columns: 3, rowHeight: 100 };
const RANGES: readonly (readonly [
  string,
  number,
  typeof TABLE,
  number,
  readonly [number, number],
])[] = [
  ['the top', 10_000, TABLE, 0, [0, 23]],
  ['above the top', 10_000, TABLE, -400, [0, 13]],
  ['the middle', 10_000, TABLE, 4_000, [97, 123]],
  ['the end', 10_000, TABLE, 399_200, [9_977, 10_000]],
  ['beyond the end', 10, TABLE, 9_000, [10, 10]],
  ['nothing', 0, TABLE, 0, [0, 0]],
  ['lines of three', 10, CARDS, 0, [0, 4]],
  ['from within a line', 100, CARDS, 250, [1, 12]],
];
for (const [name, count, layout, top, [first, last]] of RANGES) {
  t.test(`drawn: ${name}`, async (t) => {
    t.same(visibleRange(count, layout, top, 800, 100), { first, last });
    t.ok(last <= rowsOf(count, layout));
  });
}

const KEYS: readonly (readonly [string, number, number, number | null])[] = [
  ['ArrowDown', -1, 1, 0],
  ['ArrowDown', 0, 1, 1],
  ['ArrowDown', 9, 1, 9],
  ['ArrowUp', 0, 1, 0],
  ['ArrowDown', 1, 3, 4],
  ['ArrowRight', 1, 3, 2],
  ['ArrowRight', 1, 1, null],
  ['PageDown', 0, 1, 5],
  ['PageUp', 3, 1, 0],
  ['End', 0, 1, 9],
  ['Home', 5, 3, 0],
  ['x', 5, 3, null],
];
for (const [key, from, columns, to] of KEYS) {
  t.test(`${key} from ${from} of 10 in ${columns}`, async (t) => {
    t.equal(moved(key, from, 10, { columns, page: 5 }), to);
  });
}
t.test('in an empty list no key leads anywhere', async (t) => {
  t.equal(moved('ArrowDown', -1, 0, { columns: 1, page: 5 }), null);
});
