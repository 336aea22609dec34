import t from 'tap';
import {
  apiFilter,
  isLive,
  NO_FILTER,
  readFilter,
  timesOf,
  writeFilter,
} from '../../../control-plane/dashboard/src/detections/filter/detection-filter.ts';
import { matches } from '../../../control-plane/dashboard/src/detections/filter/matches.ts';
import type { StoredDetection } from '../../../control-plane/src/resources/detection.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const read = (query: string) => readFilter(new URLSearchParams(query));

t.test('what stands in the address is what is looked for, and back', async (t) => {
  for (const query of [
    '',
    'site=works&device=pi-1&camera=cam0&label=scratch&minScore=0.5',
    'last=7d&show=end',
    'from=2026-11-24T08%3A00%3A00.000Z&to=2026-11-24T09%3A00%3A00.000Z',
  ]) {
    t.equal(String(writeFilter(read(query))), query);
  }
});

t.test('what the address says wrong counts as not said', async (t) => {
  t.same(read('last=always&show=nothing&from=yesterday&nonsense=1'), NO_FILTER);
});

t.test('the time is the last hours, or between two', async (t) => {
  t.same(timesOf(read(''), NOW), { from: NOW - 24 * HOUR, to: NOW });
  t.same(timesOf(read('last=1h'), NOW), { from: NOW - HOUR, to: NOW });
  const between = read('from=2026-11-24T08:00:00Z&to=2026-11-24T09:00:00Z');
  t.same(timesOf(between, NOW), { from: NOW - 4 * HOUR, to: NOW - 3 * HOUR });
  t.same([isLive(read('last=1h')), isLive(between)], [true, false]);
});

t.test('the API is asked for what is said, and no more', async (t) => {
  t.same(apiFilter(read('last=1h'), NOW), {
    type: 'occurrence',
    from: '2026-11-24T11:00:00.000Z',
  });
  t.match(apiFilter(read('show=all&label=good&minScore=0.5'), NOW), {
    label: 'good',
    minScore: '0.5',
  });
  t.notOk('type' in apiFilter(read('show=all'), NOW));
});

t.test('what comes live is judged as the API would', async (t) => {
  const seen = (given: object = {}) =>
    ({
      site: 'works',
      device: 'pi-1',
      camera: 'cam0',
      label: 'good',
      model: 'a',
      score: 0.5,
      type: 'new',
      capturedAt: new Date(NOW).toISOString(),
      ...given,
    }) as unknown as StoredDetection;
  for (const [query, given, expected] of [
    ['', {}, true],
    ['', { type: 'frame' }, true],
    ['', { type: 'update' }, false],
    ['show=all', { type: 'update' }, true],
    ['show=end', { type: 'end' }, true],
    ['show=end', {}, false],
    ['site=yard', {}, false],
    ['device=pi-1&camera=cam0&label=good&model=a', {}, true],
    ['label=scratch', {}, false],
    ['minScore=0.5', {}, true],
    ['minScore=0.51', {}, false],
    ['last=1h', { capturedAt: new Date(NOW - 2 * HOUR).toISOString() }, false],
    ['', { capturedAt: new Date(NOW + 5000).toISOString() }, true],
    ['to=2026-11-24T11:00:00Z', {}, false],
  ] as const) {
    t.equal(matches(read(query), seen(given), NOW), expected, `${query} ${JSON.stringify(given)}`);
  }
});
