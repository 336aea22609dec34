import { epochMillis, millis, type OccurrenceId } from '@edgeloop/protocol';
import t from 'tap';
import type { OccurrenceConfig } from '../../../agent/src/config/config.ts';
import {
  closeOccurrence,
  decideOccurrence,
  NOTHING_SEEN,
} from '../../../agent/src/decide/decide-occurrence.ts';

const CLASSES = ['good', 'scratch', 'dent'];
const SETTINGS: OccurrenceConfig = {
  mode: 'occurrence',
  background: ['good'],
  smoothing: millis(0),
  enter: 0.7,
  exit: 0.4,
  classes: { dent: { enter: 0.9, exit: 0.8 } },
  minFrames: 2,
  updateInterval: millis(1000),
  maxGap: millis(5000),
};
const GOOD = [0.9, 0.05, 0.05];
const SCRATCH = [0.1, 0.8, 0.1];
const FAINT_SCRATCH = [0.45, 0.5, 0.05];
const DENT = [0.02, 0.03, 0.95];
const FAINT_DENT = [0.1, 0.05, 0.85];

/** What a sequence of frames, 100 ms apart, leads to: `<frame>:<type> <label>`. */
function events(frames: readonly number[][], settings = SETTINGS, times?: readonly number[]) {
  let state = NOTHING_SEEN;
  const ids = new Map<string, string>();
  return frames.flatMap((scores, i) => {
    const time = times?.[i] ?? i * 100;
    const frame = { scores, capturedAt: epochMillis(time), monotonic: millis(time) };
    const decision = decideOccurrence(settings, CLASSES, state, frame, `id-${i}` as OccurrenceId);
    state = decision.state;
    return decision.events.map((event) => {
      if (event.type === 'frame') throw new Error('no frame events here');
      if (event.type === 'new') ids.set(event.occurrence, event.label);
      t.equal(ids.get(event.occurrence), event.label, 'one id, one label');
      return `${i}:${event.type} ${event.label}`;
    });
  });
}

for (const [what, frames, expected] of [
  ['background alone opens nothing', [GOOD, GOOD, GOOD], []],
  ['too few frames open nothing', [SCRATCH, GOOD, SCRATCH, GOOD], []],
  [
    'enough frames open, one id to the end',
    [SCRATCH, SCRATCH, GOOD],
    ['1:new scratch', '2:end scratch'],
  ],
  [
    'between exit and enter what is open stays',
    [SCRATCH, SCRATCH, FAINT_SCRATCH, FAINT_SCRATCH],
    ['1:new scratch'],
  ],
  ['below enter nothing opens', [FAINT_SCRATCH, FAINT_SCRATCH, FAINT_SCRATCH], []],
  ['a class has thresholds of its own', [FAINT_DENT, FAINT_DENT, FAINT_DENT], []],
  ['which close earlier too', [DENT, DENT, [0.15, 0.1, 0.75]], ['1:new dent', '2:end dent']],
  [
    'another class that takes over ends the first',
    [SCRATCH, SCRATCH, DENT, DENT],
    ['1:new scratch', '2:end scratch', '3:new dent'],
  ],
] as const) {
  t.test(what, async (t) => {
    t.same(events(frames as unknown as number[][]), expected);
  });
}

t.test(
  'one that displaces another while both are over their thresholds ends it first',
  async (t) => {
    const settings = { ...SETTINGS, exit: 0.05, classes: {} };
    t.same(events([SCRATCH, SCRATCH, [0.02, 0.1, 0.88], [0.02, 0.1, 0.88]], settings), [
      '1:new scratch',
      '3:end scratch',
      '3:new dent',
    ]);
  },
);

t.test('updates are rate limited', async (t) => {
  const frames = Array.from({ length: 25 }, () => SCRATCH);
  t.same(events(frames), ['1:new scratch', '11:update scratch', '21:update scratch']);
});

t.test('frames too far apart are not one occurrence', async (t) => {
  const frames = [SCRATCH, SCRATCH, SCRATCH, SCRATCH];
  t.same(events(frames, SETTINGS, [0, 100, 9000, 9100]), [
    '1:new scratch',
    '2:end scratch',
    '3:new scratch',
  ]);
});

t.test('smoothing follows time, not the frame rate', async (t) => {
  const settings = { ...SETTINGS, smoothing: millis(500), minFrames: 1 };
  const after = (step: number) => {
    let state = NOTHING_SEEN;
    for (let time = 0; time <= 1000; time += step) {
      const scores = time === 0 ? GOOD : SCRATCH;
      const frame = { scores, capturedAt: epochMillis(time), monotonic: millis(time) };
      state = decideOccurrence(settings, CLASSES, state, frame, 'id' as OccurrenceId).state;
    }
    return state.smoothed?.[1] ?? 0;
  };
  t.ok(Math.abs(after(100) - after(50)) < 1e-9);
  t.ok(Math.abs(after(100) - (0.8 + (0.05 - 0.8) * Math.exp(-2))) < 1e-9);
});

t.test('one flicker under smoothing neither opens nor closes', async (t) => {
  const settings = { ...SETTINGS, smoothing: millis(300) };
  const steady = Array.from({ length: 12 }, () => SCRATCH);
  t.same(events([GOOD, GOOD, SCRATCH, GOOD, GOOD], settings), []);
  t.same(events([...steady, GOOD, ...steady.slice(9)], settings).slice(0, 1), ['1:new scratch']);
  t.notOk(events([...steady, GOOD, SCRATCH], settings).some((event) => event.includes('end')));
});

t.test('the end says when, how often and how sure', async (t) => {
  let state = NOTHING_SEEN;
  for (const [i, scores] of [SCRATCH, [0.05, 0.9, 0.05], SCRATCH].entries()) {
    const frame = { scores, capturedAt: epochMillis(i * 100), monotonic: millis(i * 100) };
    state = decideOccurrence(SETTINGS, CLASSES, state, frame, 'id' as OccurrenceId).state;
  }
  const closed = closeOccurrence(CLASSES, state);
  t.match(closed.events, [
    {
      type: 'end',
      label: 'scratch',
      frames: 3,
      score: 0.8,
      topScore: 0.9,
      startedAt: '1970-01-01T00:00:00.000Z',
      endedAt: '1970-01-01T00:00:00.200Z',
    },
  ]);
  t.same(closeOccurrence(CLASSES, closed.state).events, [], 'once');
});

t.test('a clock that is set tears an occurrence: each part has times of one clock', async (t) => {
  for (const [jump, expected] of [
    [-3_600_000, ['new 0-100', 'end 0-200', 'new -3599700--3599600']],
    [3_600_000, ['new 0-100', 'end 0-200', 'new 3600300-3600400']],
    [1_000, ['new 0-100']],
  ] as const) {
    let state = NOTHING_SEEN;
    const found = [0, 1, 2, 3, 4].flatMap((i) => {
      const capturedAt = epochMillis(100 * i + (i > 2 ? jump : 0));
      const frame = { scores: SCRATCH, capturedAt, monotonic: millis(100 * i) };
      const decision = decideOccurrence(SETTINGS, CLASSES, state, frame, `${i}` as OccurrenceId);
      state = decision.state;
      return decision.events.map((event) => {
        const { type, startedAt, capturedAt } = event as Extract<
          typeof event,
          { startedAt: string }
        >;
        return `${type} ${Date.parse(startedAt)}-${Date.parse(capturedAt)}`;
      });
    });
    t.same(found, expected);
  }
});
