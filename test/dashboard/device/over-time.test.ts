import t from 'tap';
import {
  chartWords,
  healthCharts,
  isHeard,
} from '../../../control-plane/dashboard/src/device/charts/chart-data.ts';
import {
  readSpan,
  turn,
  writeSpan,
} from '../../../control-plane/dashboard/src/device/span/span.ts';
import {
  bandsOf,
  rolloutMarks,
} from '../../../control-plane/dashboard/src/device/timeline/bands.ts';
import { lanesOf, nearest } from '../../../control-plane/dashboard/src/device/timeline/lanes.ts';
import { move } from '../../../control-plane/dashboard/src/device/timeline/move.ts';
import {
  whatWords,
  whenWords,
} from '../../../control-plane/dashboard/src/device/timeline/occurrence-words.ts';
import { ticksOf } from '../../../control-plane/dashboard/src/ui/ticks.ts';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 7);
const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const query = (text: string) => new URLSearchParams(text);

for (const [text, name, from, to, live] of [
  ['', 'hour', NOW + 8000 - HOUR, NOW + 8000, true],
  ['span=day', 'day', NOW + 53_000 - 24 * HOUR, NOW + 53_000, true],
  ['span=year', 'hour', NOW + 8000 - HOUR, NOW + 8000, true],
  [`to=${iso(NOW - HOUR)}`, 'hour', NOW - 2 * HOUR, NOW - HOUR, false],
  [`span=week&to=${iso(NOW + HOUR)}`, 'week', NOW + 293_000 - 168 * HOUR, NOW + 293_000, true],
  ['to=yesterday', 'hour', NOW + 8000 - HOUR, NOW + 8000, true],
] as const) {
  t.test(`the span of "${text}"`, async (t) => {
    t.same(readSpan(query(text), NOW), { name, from, to, live });
  });
}

t.test('the address says what is not said by default, and keeps what else it says', async (t) => {
  const written = (name: 'hour' | 'week', to: number | null) =>
    writeSpan(query('camera=door&span=day&to=x'), { name, to }).toString();
  t.equal(written('hour', null), 'camera=door');
  t.equal(written('week', 0), 'camera=door&span=week&to=1970-01-01T00%3A00%3A00.000Z');
});

t.test('one turns back, and again to now', async (t) => {
  const live = readSpan(query(''), NOW);
  const before = turn(live, true, NOW);
  t.equal(before, live.to - HOUR);
  t.equal(turn(readSpan(query(`to=${iso(before ?? 0)}`), NOW), false, NOW), null);
});

t.test('ticks are round, and few', async (t) => {
  const { from, to } = readSpan(query(''), NOW);
  const hour = ticksOf({ from, to }, 6);
  t.same(
    hour.map(({ at }) => at % 600_000),
    [0, 0, 0, 0, 0, 0],
  );
  const week = ticksOf(readSpan(query('span=week'), NOW), 7);
  t.equal(week.length, 7);
  t.ok(week.every(({ at }) => new Date(at).getHours() === 0));
  for (const [hours, minutes] of [
    [4.25, 60],
    [15, 180],
    [30, 360],
    [72, 720],
  ] as const) {
    const span = { from: to - hours * HOUR, to };
    const midnight = new Date(span.from).setHours(0, 0, 0, 0);
    const ticks = ticksOf(span, 6);
    t.ok(ticks.length > 2, `${hours} h`);
    t.ok(
      ticks.every(({ at }) => (at - midnight) % (minutes * 60_000) === 0),
      `${hours} h`,
    );
  }
  const months = ticksOf({ from: to - 400 * 24 * HOUR, to }, 6);
  t.ok(months.every(({ at }) => new Date(at).getDate() === 1));
  t.ok(months.length >= 4 && months.length <= 6);
});

t.test('days are told apart where a span has several', async (t) => {
  const { to } = readSpan(query(''), NOW);
  const labels = ticksOf({ from: to - 72 * HOUR, to }, 6).map(({ label }) => label);
  t.ok(labels.some((label) => /^[A-Z][a-z]{2} \d+$/.test(label)));
  t.ok(labels.includes('12:00'));
});

const SPAN = { from: 0, to: 1000 };
const seen = (label: string, begin: number, end: number | null, count = 1) =>
  ({
    camera: 'cam0',
    id: count > 1 ? null : `${label}${begin}`,
    label,
    score: 0.93,
    count,
    begin: iso(begin),
    end: end === null ? null : iso(end),
    model: 'm',
  }) as unknown as Parameters<typeof lanesOf>[0][number];
const classOf = (label: string) => ['good', 'bad'].indexOf(label);

t.test(
  'a lane for each label, in the order of classes; what goes on reaches the end',
  async (t) => {
    const lanes = lanesOf(
      [seen('bad', 100, 200), seen('good', -50, 100), seen('bad', 900, null, 4)],
      SPAN,
      classOf,
    );
    t.same(
      lanes.map(({ label, count }) => [label, count]),
      [
        ['good', 1],
        ['bad', 5],
      ],
    );
    t.same(
      lanes.flatMap(({ placed }) =>
        placed.map(({ left, width }) => [left, Math.round(width * 100) / 100]),
      ),
      [
        [0, 0.1],
        [0.1, 0.1],
        [0.9, 0.1],
      ],
    );
  },
);

t.test('of many labels those that were seen least share the last lane', async (t) => {
  const many = Array.from({ length: 12 }, (_, i) => seen(`class-${i}`, 10 * i, 10 * i + 5, 12 - i));
  const lanes = lanesOf(many, SPAN, () => -1);
  t.equal(lanes.length, 8);
  t.match(lanes.at(-1), { label: '5 other labels', labels: 5, count: 5 + 4 + 3 + 2 + 1 });
});

t.test('what is pointed at, or near it', async (t) => {
  const [lane] = lanesOf([seen('good', 100, 200), seen('good', 500, 510)], SPAN, classOf);
  const at = (place: number) => nearest(lane?.placed ?? [], place, 0.03)?.left ?? null;
  t.same([at(0.15), at(0.22), at(0.3), at(0.49)], [0.1, 0.1, null, 0.5]);
});

t.test('arrows go in time over all lanes, and from lane to lane', async (t) => {
  const lanes = lanesOf(
    [seen('good', 100, 200), seen('bad', 300, 310), seen('good', 500, 510)],
    SPAN,
    classOf,
  );
  const places: (number | undefined)[] = [];
  let chosen: ReturnType<typeof move> = null;
  for (const key of [
    'ArrowRight',
    'ArrowRight',
    'ArrowUp',
    'ArrowDown',
    'End',
    'ArrowRight',
    'ArrowLeft',
    'Home',
    'ArrowLeft',
    'ArrowUp',
  ] as const) {
    chosen = move(lanes, chosen, key);
    places.push(chosen?.left);
  }
  t.same(places, [0.1, 0.3, 0.1, 0.3, 0.5, 0.5, 0.3, 0.1, 0.1, 0.1]);
  t.equal(move([], null, 'End'), null);
});

const run = (from: number, until: number | null, name: string | null, slot = 'main') =>
  ({
    slot,
    model: 'm',
    name: 'parts',
    from: iso(from),
    until: until === null ? null : iso(until),
    rollout: name === null ? null : { id: 'r', name, createdBy: 'a', approvedBy: null },
  }) as unknown as Parameters<typeof bandsOf>[0][number];

t.test('what ran within the span, by slot; rollouts that came in it', async (t) => {
  const runs = [
    run(600, null, 'november'),
    run(-500, 600, 'october'),
    run(-900, -500, null),
    run(-9, 5, null, 'door'),
  ];
  t.same(
    bandsOf(runs, SPAN, 800).map(({ slot, bands }) => [
      slot,
      bands.map(({ left, width }) => [left, Math.round(width * 1000)]),
    ]),
    [
      ['door', [[0, 5]]],
      [
        'main',
        [
          [0, 600],
          [0.6, 200],
        ],
      ],
    ],
  );
  t.same(rolloutMarks(runs, SPAN), [{ at: 600, name: 'november' }]);
});

t.test('what and when, in words', async (t) => {
  const noon = Date.UTC(2026, 10, 24, 12);
  t.match(
    whenWords(seen('good', noon, noon + 12_000), noon + 60_000),
    /^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d, 12\ss$/,
  );
  t.match(whenWords(seen('good', noon, null), noon + 60_000), /^since .*, 1\smin so far$/);
  t.match(whenWords(seen('good', noon, noon + 1000), noon + 72 * HOUR), /^24 Nov, /);
  t.equal(whatWords(seen('good', 0, 1)), 'good, 93\u00a0%');
  t.equal(whatWords(seen('good', 0, 1, 14)), 'good, 14 times, at most 93\u00a0%');
});

const point = (changes: object) => ({
  at: iso(0),
  framesPerSecond: null,
  latencyP50Millis: null,
  latencyP95Millis: null,
  skipped: null,
  lost: null,
  queued: null,
  rssBytes: null,
  temperatureCelsius: null,
  throttled: null,
  diskFreeBytes: null,
  ...changes,
});
const history = (...points: object[]) =>
  ({ points: points.map(point) }) as unknown as Parameters<typeof healthCharts>[0];

t.test('charts tell the newest figure, the limit, and what is in them', async (t) => {
  const charts = healthCharts(
    history(
      { latencyP50Millis: 8.24, latencyP95Millis: 15.5 },
      { latencyP50Millis: 9, latencyP95Millis: 21, lost: 2, queued: 0 },
      {},
    ),
    22,
  );
  const of = (title: string) => charts.find((chart) => chart.title === title)!;
  t.match(of('Latency'), {
    newest: '9.0\u00a0ms, p95 21\u00a0ms of at most 22\u00a0ms',
    limit: 22,
  });
  t.equal(
    chartWords(of('Latency'), 'last hour'),
    'Latency, last hour: from 8.2\u00a0ms to 21\u00a0ms; newest 9.0\u00a0ms, p95 21\u00a0ms of at most 22\u00a0ms',
  );
  t.equal(of('Waiting and lost').newest, '0 waiting, 2 lost');
  t.notOk(isHeard(of('Temperature')));
  t.match(chartWords(of('Temperature'), 'last hour'), /nothing was heard/);
});

t.test('when it slowed itself down stands at the temperature of then', async (t) => {
  const charts = healthCharts(
    history(
      { temperatureCelsius: 60, throttled: false },
      { temperatureCelsius: 82, throttled: true },
    ),
  );
  t.match(charts.find(({ title }) => title === 'Temperature')?.series[1], {
    label: 'slowed itself down',
    points: true,
    values: [null, 82],
  });
});
