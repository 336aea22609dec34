import t from 'tap';
import {
  type Connectivity,
  connectivityOf,
  judgedAt,
} from '../../../control-plane/dashboard/src/fleet/rows/connectivity.ts';
import {
  filterHref,
  fitting,
  isEmpty,
  NO_FILTER,
  readFilter,
  writeFilter,
} from '../../../control-plane/dashboard/src/fleet/rows/fleet-filter.ts';
import type { FleetRow } from '../../../control-plane/dashboard/src/fleet/rows/fleet-row.ts';
import { judgeFleet, NOBODY } from '../../../control-plane/dashboard/src/fleet/rows/judged.ts';
import {
  listNews,
  newsInWords,
} from '../../../control-plane/dashboard/src/fleet/rows/shown-list.ts';
import { sortedList } from '../../../control-plane/dashboard/src/fleet/rows/sorted-list.ts';
import {
  readSorting,
  writeSorting,
} from '../../../control-plane/dashboard/src/fleet/rows/sorting.ts';
import {
  moved,
  rowsOf,
  visibleRange,
} from '../../../control-plane/dashboard/src/fleet/virtual/visible-range.ts';
import { byName, CLOCK, device, failed, judged, minutesAgo } from './rows.ts';

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
const names = (rows: readonly FleetRow[]) => rows.map((row) => row.device);
/** All of them, in order. */
const sorted = (rows: readonly FleetRow[], by: string | null) =>
  sortedList(null, judged(rows), NO_FILTER, readSorting(by)).names;

const CONNECTIVITY_CASES: readonly (readonly [string, number | null, Connectivity])[] = [
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
for (const [state, minutes, expected] of CONNECTIVITY_CASES) {
  t.test(`${state}, last heard ${minutes} min ago: ${expected}`, async (t) => {
    const lastSeenAt = minutes === null ? null : minutesAgo(minutes);
    t.equal(connectivityOf({ state, lastSeenAt }, CLOCK), expected);
  });
}

t.test('nobody is silent because the page has heard nothing', async (t) => {
  const row = { state: 'online', lastSeenAt: minutesAgo(0.1) };
  const connectivity = (now: number, toldAt: number) =>
    connectivityOf(row, { ...CLOCK, now: judgedAt(now, toldAt) });
  const [then, later] = [CLOCK.now, minutesAgo(-30)];
  t.equal(connectivity(later, then), 'online', 'no answer for half an hour');
  t.equal(
    connectivity(later, later - 5_000),
    'silent',
    'the control plane has heard nothing either',
  );
  t.equal(judgedAt(then + 3_000, then), then + 3_000, 'between two answers the time goes on');
  t.equal(judgedAt(then - 3_000, then), then - 3_000);
});

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
    const devices = [...judged(ROWS).values()].filter(fitting(filter));
    t.same(names(devices.map(({ row }) => row)), expected);
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
    t.same(sorted(ROWS, text), expected);
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
  t.same(sorted(rows, 'needs'), [
    'g-silent',
    'e-lost',
    'b-many',
    'c-hot',
    'd-new',
    'a-well',
    'f-gone',
  ]);
});

/** Many small changes, by numbers that are the same everywhere. */
function changed(rows: readonly FleetRow[], seed: number): readonly FleetRow[] {
  let state = seed;
  const random = (to: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * to);
  };
  const without = rows.filter(() => random(12) > 0);
  const others = without.map((row) => {
    if (random(3) > 0) return row;
    const fps = random(4) === 0 ? null : random(6);
    return { ...row, fps, ...(random(4) === 0 && { lastSeenAt: minutesAgo(random(20)) }) };
  });
  return random(2) === 0 ? others : [...others, device(`line-${100 + seed}`, { fps: random(6) })];
}

for (const text of [null, '-device', 'fps', '-fps', 'needs', 'seen', 'site']) {
  for (const query of ['', 'state=online', 'q=line-1']) {
    t.test(
      `sorted by ${text}, ${query}: changes come to stand where a new list has them`,
      async (t) => {
        const [filter, sorting] = [readFilter(new URLSearchParams(query)), readSorting(text)];
        let rows: readonly FleetRow[] = Array.from({ length: 30 }, (_, i) =>
          device(`line-${i}`, { fps: i % 7 }),
        );
        let list = sortedList(null, judged(rows), filter, sorting);
        for (let seed = 1; seed < 30; seed++) {
          rows = changed(rows, seed);
          list = sortedList(list, judged(rows), filter, sorting);
          t.same(list.names, sortedList(null, judged(rows), filter, sorting).names);
          t.same(
            list.sorted.map((item) => item.device.row.device),
            list.names,
          );
        }
      },
    );
  }
}

t.test('a list that stays in order is the same, and one that nothing came to itself', async (t) => {
  const sorting = readSorting('fps');
  const devices = judged(ROWS);
  const before = sortedList(null, devices, NO_FILTER, sorting);
  t.equal(sortedList(before, devices, NO_FILTER, sorting), before);
  const warmer = judged(ROWS.map((row) => ({ ...row, celsius: 60 })));
  const after = sortedList(before, warmer, NO_FILTER, sorting);
  t.equal(after.names, before.names);
  t.equal(after.sorted[0]?.device.row.celsius, 60);
});

t.test('who did not change is judged again when the time has come, and not before', async (t) => {
  const rows = byName([
    device('a', { lastSeenAt: minutesAgo(9) }),
    device('b', { lostAt: minutesAgo(58) }),
    device('c', { lastSeenAt: minutesAgo(30) }),
  ]);
  const later = (minutes: number) => ({ ...CLOCK, now: CLOCK.now + minutes * 60_000 });
  const first = judgeFleet(NOBODY, rows, CLOCK);
  const soon = judgeFleet(first, rows, later(0.9));
  t.equal(soon.devices, first.devices);
  const silent = judgeFleet(soon, rows, later(1));
  t.same(
    [...silent.devices.values()].map(({ connectivity }) => connectivity),
    ['silent', 'online', 'silent'],
  );
  t.equal(silent.devices.get('c'), first.devices.get('c'));
  t.same(silent.devices.get('b')?.needs, ['lost']);
  t.same(judgeFleet(silent, rows, later(2)).devices.get('b')?.needs, []);
  t.same(judgeFleet(silent, rows, CLOCK).devices, first.devices, 'a clock that is set back');
  const patient = { ...CLOCK, silentAfterMillis: 3_600_000 };
  t.equal(judgeFleet(first, rows, patient).devices.get('c')?.connectivity, 'online');
  const another = new Map(rows).set('c', device('c', { celsius: 90 }));
  t.same(judgeFleet(first, another, CLOCK).devices.get('c')?.needs, ['hot']);
  another.delete('a');
  t.same([...judgeFleet(first, another, CLOCK).devices.keys()], ['b', 'c']);
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
  t.test(`news: ${name}`, async (t) =>
    t.equal(newsInWords(listNews(shown, names(ROWS))), expected),
  );
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
