import t from 'tap';
import { DEFAULT_GATES } from '../../../../control-plane/src/rollouts/gates/default-gates.ts';
import { bakeNeeded } from '../../../../control-plane/src/rollouts/plan/bake-needed.ts';

const gatesOf = (kind: string) => DEFAULT_GATES.filter((gate) => gate.kind === kind);
const REPORTS = gatesOf('minimum-reports');
const LATENCY = gatesOf('latency');
const SLOW = 1 / 60;

for (const [what, gates, rates, needed] of [
  ['a frame a minute, of which 100 are asked for', REPORTS, [SLOW], 100 * 60],
  ['the times of 400 frames', DEFAULT_GATES, [SLOW], 400 * 60],
  ['those of two devices together', LATENCY, [SLOW, SLOW], 200 * 60],
  ['four of five are enough', REPORTS, [10, 10, 10, SLOW, 10], null],
  ['three of five are not', REPORTS, [10, 10, SLOW, SLOW, 10], 100 * 60],
  ['a fast camera', DEFAULT_GATES, [10], null],
  ['what is not known may be fast', DEFAULT_GATES, [null, 0], null],
  ['of three two are known, and slow', REPORTS, [null, SLOW, SLOW], 100 * 60],
  ['no device', DEFAULT_GATES, [], null],
] as const) {
  t.test(`the bake that gates need: ${what}`, async (t) => {
    const wave = {
      size: { count: 1 },
      bakeMillis: 30 * 60_000,
      deadlineMillis: 0,
      gates: [...gates],
    };
    t.equal(bakeNeeded(wave, rates), needed && needed * 1000);
  });
}
