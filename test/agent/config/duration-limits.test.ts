import t from 'tap';
import { LONGEST_TIMER } from '../../../agent/src/config/duration-limits.ts';
import { findDisagreements } from '../../../agent/src/config/fill-config.ts';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import type { ConfigFile } from '../../../agent/src/config/schema.ts';
import { GOOD } from './stand/good-config.ts';

/** What GOOD says, with a duration at a path. */
function fileWith(path: string, duration: string): ConfigFile {
  const file = {
    site: 'works',
    device: 'pi-1',
    state: 'state',
    broker: { url: 'mqtt://127.0.0.1' },
    slots: { main: { package: 'models/parts' } },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'stills' },
        decide: { mode: 'occurrence', minFrames: 1 },
        faults: {},
      },
    },
    server: { url: 'https://edgeloop.lan' },
  };
  let at: Record<string, unknown> = file;
  const keys = path.split('.');
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[keys.at(-1) as string] = duration;
  return file as unknown as ConfigFile;
}

for (const [path, right, wrong] of [
  ['broker.keepalive', ['1s', '18h'], ['0s', '999ms', '19h']],
  ['slots.main.deadline', ['10ms', '1h'], ['0s', '61min']],
  ['cameras.cam0.noFrameTimeout', ['100ms', '7d'], ['0s', '30d']],
  ['cameras.cam0.source.interval', ['0s', '7d'], ['25d']],
  ['cameras.cam0.source.warmUp', ['0s', '1min'], ['1h']],
  ['cameras.cam0.faults.frozen', ['1s', '30d', 'off'], ['0s', '31d']],
  ['cameras.cam0.faults.black', ['1s', '30d', 'off'], ['0s', '31d']],
  ['cameras.cam0.decide.smoothing', ['0s', '1h'], ['2h']],
  ['cameras.cam0.decide.updateInterval', ['0s', '1d'], ['2d']],
  ['cameras.cam0.decide.maxGap', ['100ms', '1d'], ['0s', '2d']],
  ['outbox.age', ['1min', '3650d'], ['0s', '3651d']],
  ['health.interval', ['100ms', '1d'], ['0s', '0.1ms', '25d']],
  ['configuration.trial', ['100ms', '7d'], ['0s', '30d']],
  ['updates.probation', ['100ms', '7d'], ['0s', '30d']],
  ['pictures.every', ['1s', '7d'], ['0s', '30d']],
  ['sampling.cooldown', ['0s', '7d'], ['8d']],
  ['heat.maxInterval', ['0s', '5s'], ['6s']],
] as const) {
  t.test(`how long ${path} may be`, async (t) => {
    for (const duration of right) t.same(findDisagreements(fileWith(path, duration)), [], duration);
    for (const duration of wrong) {
      const [mistake, ...others] = findDisagreements(fileWith(path, duration));
      t.match(mistake, { path }, duration);
      t.match(mistake?.message, new RegExp(`^${path}: expected `), duration);
      t.same(others, []);
    }
  });
}

t.test('a duration that is wrong is told with its line', async (t) => {
  const text = `${GOOD}health: { interval: 0s }\n`;
  const message = 'agent.yaml:15: health.interval: expected 100ms to 1d, received 0s.';
  t.throws(() => parseConfig(text, 'agent.yaml'), { code: 'CONFIG_INVALID', message });
});

t.test('what is waited for by default fits a timer, however rare the frames', async (t) => {
  for (const source of [
    'kind: file\n      path: belt.mp4\n      frameRate: 1.0e-9',
    'kind: directory\n      path: pictures\n      interval: 7d',
  ]) {
    const text = GOOD.replace(/kind: directory\n.*\n/, `${source}\n`);
    const timeout = parseConfig(text, 'agent.yaml').cameras.get('cam0' as never)?.noFrameTimeout;
    t.ok((timeout as number) <= LONGEST_TIMER, `${timeout}`);
  }
});
