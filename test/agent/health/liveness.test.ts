import { millis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { livenessOf } from '../../../agent/src/health/liveness.ts';
import { type CameraProgress, findProblems } from '../../../agent/src/health/problems.ts';

/** Progress of a camera, with a patience of 100, at the time 1000. */
const STILL: CameraProgress = {
  id: parseId('camera', 'cam0'),
  finished: false,
  patience: millis(100),
  progressAt: millis(0),
  waitingSince: null,
  frozen: false,
  resting: false,
};
const MOVING = { ...STILL, progressAt: millis(950) };
const HANGING = { ...STILL, waitingSince: millis(100) };
const BACK = { ...STILL, waitingSince: millis(950) };
const FINISHED = { ...STILL, finished: true };
const RESTING = { ...STILL, resting: true };

t.test('a camera without progress is a problem, one that finished or is off is none', async (t) => {
  const stuck = { ...STILL, patience: millis(1000) };
  t.same(findProblems([stuck], false, millis(900)), []);
  t.match(findProblems([stuck], false, millis(2000)), [
    /camera cam0: no frame was classified for 2 s/,
  ]);
  t.same(findProblems([{ ...stuck, finished: true }], false, millis(2000)), []);
  t.match(findProblems([{ ...stuck, frozen: true }], false, millis(900)), [
    /camera cam0: every picture is the same/,
  ]);
  t.same(findProblems([{ ...stuck, frozen: true, resting: true }], false, millis(2000)), []);
  t.match(findProblems([], true, millis(0)), [/outbox/]);
});

for (const [name, cameras, working, problems] of [
  ['a camera whose frames are classified', [MOVING], true, 0],
  ['a camera that gives no frames', [STILL], false, 1],
  ['one that gives none beside one that does', [STILL, MOVING], true, 1],
  ['one whose frames are not classified beside one whose are', [HANGING, MOVING], false, 1],
  ['frames that came just now, after a long while', [BACK], false, 1],
  ['the same, beside another', [BACK, MOVING], true, 1],
  ['cameras that had no more', [FINISHED], true, 0],
  ['cameras that are off by their schedule', [RESTING], true, 0],
  ['one that is off, and one that gives no frames', [RESTING, STILL], false, 1],
  ['one that had no more, and one that gives no frames', [FINISHED, STILL], false, 1],
] as const) {
  t.test(`the watchdog is ${working ? '' : 'not '}fed: ${name}`, async (t) => {
    const liveness = livenessOf(cameras, 7, millis(1000));
    t.equal(liveness.working, working);
    const [classified, ...others] = liveness.status.split('; ');
    t.equal(classified, '7 frames classified');
    t.equal(others.length, problems, liveness.status);
  });
}
