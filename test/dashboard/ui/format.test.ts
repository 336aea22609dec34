import t from 'tap';
import {
  bytes,
  duration,
  newDay,
  percent,
  withUnit,
} from '../../../control-plane/dashboard/src/ui/format.ts';

t.test('lines of a log: the day where it changes, that of the reader', async (t) => {
  const [noon, night, morning] = [
    new Date(2026, 10, 27, 12, 5).toISOString(),
    new Date(2026, 10, 27, 23, 59).toISOString(),
    new Date(2026, 10, 28, 0, 1).toISOString(),
  ];
  t.equal(newDay(noon, undefined), '27 Nov 2026', 'the first line stands on one, too');
  t.equal(newDay(night, noon), null);
  t.equal(newDay(morning, night), '28 Nov 2026');
});

t.test('no line ends between a figure and its unit', async (t) => {
  t.equal(percent(0), '0.0\u00a0%');
  t.equal(bytes(3 * 1024 ** 2), '3.0\u00a0MiB');
  t.equal(duration(90_000), '1\u00a0min');
  t.equal(withUnit(18, 'ms'), '18\u00a0ms');
});
