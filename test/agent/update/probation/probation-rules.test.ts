import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import type { CameraConfig } from '../../../../agent/src/config/config.ts';
import { parseConfig } from '../../../../agent/src/config/load-config.ts';
import {
  allRest,
  lookingNow,
  probationRules,
} from '../../../../agent/src/update/probation/probation-rules.ts';
import { GOOD } from '../../config/stand/good-config.ts';

const UPDATES = { probation: millis(120_000), frames: 20 };

/** Cameras as they stand in agent.yaml, each beside its source. */
function camerasOf(...cameras: readonly object[]): readonly CameraConfig[] {
  const head = GOOD.slice(0, GOOD.indexOf('cameras:'));
  const all = cameras.map((camera, i) => [`cam${i}`, { slot: 'main', ...camera }]);
  const text = `${head}cameras: ${JSON.stringify(Object.fromEntries(all))}\n`;
  return [...parseConfig(text, '/etc/agent.yaml').cameras.values()];
}

const synthetic = (interval: string) => ({ source: { kind: 'synthetic', interval } });
const gated = (atLeastEvery: string, interval = '100ms') => ({
  ...synthetic(interval),
  decide: { mode: 'frame' },
  look: { motion: { atLeastEvery } },
});
const scheduled = (from: string, to: string) => ({
  ...synthetic('100ms'),
  look: { schedule: { timeZone: 'UTC', times: [{ from, to }] } },
});

const every = { source: { kind: 'synthetic', pace: 'every' } };

for (const [what, cameras, frames, seconds, slowest = 0] of [
  ['ten frames a second', [synthetic('100ms')], 20, 120],
  ['one each ten seconds: half of what it shows', [synthetic('10s')], 6, 120],
  ['a gate before which nothing moves', [gated('9s')], 6, 120],
  ['a gate that is slower than the source', [gated('1s', '10s')], 6, 120],
  ['a gate beside a camera without', [gated('9s'), synthetic('100ms')], 20, 120],
  ['one frame in ten minutes is waited for', [gated('10min')], 1, 1800],
  ['a source as slow', [synthetic('10min')], 1, 1800],
  ['beside one that is faster that is not', [synthetic('10min'), synthetic('10s')], 6, 120],
  ['no camera at all', [], 1, 120],
  ['a hot device that slows down', [synthetic('100ms')], 12, 120, 5_000],
  ['a hot device that slows down for less', [synthetic('100ms')], 20, 120, 2_000],
  ['a camera that is slower than a hot device', [synthetic('10s')], 6, 120, 5_000],
  ['where each frame counts a hot device goes on as before', [every], 20, 120, 5_000],
  ['a hot device slower than a third of the time', [synthetic('100ms')], 1, 180, 60_000],
] as const) {
  t.test(`what a model must show: ${what}`, async (t) => {
    const looking = cameras.length === 0 ? [] : camerasOf(...cameras);
    const rules = probationRules(looking, UPDATES, millis(slowest));
    t.same(rules, { frames, deadline: seconds * 1000 });
  });
}

for (const [what, cameras, hour, expected] of [
  ['none is off', [synthetic('100ms')], 3, false],
  ['by day', [scheduled('07:00', '19:00')], 12, false],
  ['at night', [scheduled('07:00', '19:00')], 3, true],
  ['one looks on', [scheduled('07:00', '19:00'), scheduled('02:00', '04:00')], 3, false],
  ['all are off', [scheduled('07:00', '19:00'), scheduled('02:00', '04:00')], 5, true],
  ['one without a schedule', [scheduled('07:00', '19:00'), synthetic('100ms')], 3, false],
] as const) {
  t.test(`whether all cameras rest: ${what}`, async (t) => {
    const now = epochMillis(Date.UTC(2026, 10, 27, hour));
    t.equal(allRest(camerasOf(...cameras), now), expected);
  });
}

t.test('a camera that is off asks nothing of a model, unless all are', async (t) => {
  const cameras = camerasOf(scheduled('07:00', '19:00'), synthetic('1min'));
  const at = (hour: number) => epochMillis(Date.UTC(2026, 10, 27, hour));
  const rulesAt = (hour: number, looking = cameras) =>
    probationRules(lookingNow(looking, at(hour)), UPDATES, millis(0));
  t.same(rulesAt(12), { frames: 20, deadline: 120_000 });
  t.same(rulesAt(3), { frames: 1, deadline: 180_000 }, 'at night one frame a minute');
  t.same(rulesAt(3, cameras.slice(0, 1)), { frames: 20, deadline: 120_000 });
});
