import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { isDark } from '../../../../agent/src/camera/faults/is-dark.ts';
import { planRestart, type RestartPlan } from '../../../../agent/src/camera/faults/plan-restart.ts';
import {
  type FaultLimits,
  type FrameFault,
  NOTHING_SEEN,
  watchFrame,
} from '../../../../agent/src/camera/faults/watch-frame.ts';

const SIZE = { width: 4, height: 3 };
const LIMITS: FaultLimits = { frozen: millis(30), black: millis(60), size: SIZE };
const NONE: FaultLimits = { frozen: null, black: null, size: null };

/**
 * A frame every 10 ms: `.` another one, `=` the same, `#` dark, `%` dark and the same, `?` not
 * looked at, `x` of another size.
 */
const CASES: readonly (readonly [string, FaultLimits, string, string])[] = [
  ['all is well', LIMITS, '........', '--------'],
  ['the same, as long as it may be', LIMITS, '.==.', '----'],
  ['the same for too long, from the first of them', LIMITS, '.===', '---f'],
  ['frozen until another comes', LIMITS, '.=====.=', '---fff--'],
  ['each run counts anew', LIMITS, '.==.==.==.', '----------'],
  ['dark for long', LIMITS, '.######', '-------'],
  ['dark for too long', LIMITS, '.#######', '-------b'],
  ['black until there is light', LIMITS, '########.', '------bb-'],
  ['what was not looked at is as before', LIMITS, '##????#??', '------bbb'],
  ['dark, and the same: frozen comes first', LIMITS, '.%%%%%%%', '---fffff'],
  ['of another size, at once, and above all', LIMITS, '.x.===', '-s---f'],
  ['whatever it is, nobody minds', NONE, '.===x===%%%%%%%%%', '-----------------'],
];
for (const [name, limits, shown, expected] of CASES) {
  t.test(`frames: ${name}`, async (t) => {
    let watch = NOTHING_SEEN;
    const faults = Array.from(shown, (frame, i) => {
      const facts = {
        at: millis(10 * i),
        same: '=%'.includes(frame),
        dark: frame === '?' ? null : '#%'.includes(frame),
        size: frame === 'x' ? { width: 3, height: 4 } : SIZE,
      };
      const seen = watchFrame(watch, facts, limits);
      watch = seen.watch;
      return seen.fault?.[0] ?? '-';
    });
    t.equal(faults.join(''), expected);
  });
}

t.test('two pictures an hour apart that are the same are no frozen camera yet', async (t) => {
  const faults: (FrameFault | null)[] = [];
  let watch = NOTHING_SEEN;
  for (let hour = 0; hour < 3; hour++) {
    const facts = { at: millis(3_600_000 * hour), same: hour > 0, dark: false, size: SIZE };
    const seen = watchFrame(watch, facts, LIMITS);
    watch = seen.watch;
    faults.push(seen.fault);
  }
  t.same(faults, [null, null, 'frozen']);
});

t.test('a fault that stays starts the camera again less and less often', async (t) => {
  let plan: RestartPlan | null = null;
  const restarts: number[] = [];
  const at = (fault: FrameFault | null, second: number) => {
    const planned = planRestart(plan, fault, millis(1000 * second));
    plan = planned.plan;
    if (planned.restart) restarts.push(second);
  };
  for (let second = 0; second < 5 * 3600; second += 10) at('black', second);
  t.same(restarts, [0, 60, 180, 420, 900, 1860, 3780, 7380, 10_980, 14_580]);
  restarts.length = 0;
  at('frozen', 20_000);
  at('frozen', 20_059);
  at(null, 20_061);
  at('frozen', 20_062);
  t.same(restarts, [20_000, 20_062], 'another, or one that comes back, begins anew');
});

const PIXELS = 100 * 100;
for (const [name, bright, noise, dark] of [
  ['nothing at all', 0, 0, true],
  ['the noise of a sensor', 0, 32, true],
  ['a few pixels that are always bright', 50, 10, true],
  ['a lamp', 300, 10, false],
  ['a grey wall', 0, 60, false],
  ['white', PIXELS, 0, false],
] as const) {
  t.test(`darkness: ${name}`, async (t) => {
    const data = new Uint8Array(3 * PIXELS).fill(noise);
    for (let i = 0; i < bright; i++) data[3 * Math.floor((i * PIXELS) / bright) + (i % 3)] = 255;
    t.equal(isDark({ data, width: 100, height: 100 }), dark);
  });
}
