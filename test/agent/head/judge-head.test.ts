import t from 'tap';
import { type Compared, judgeHead } from '../../../agent/src/head/fit/judge-head.ts';

const rowsOf = (truth: number, before: number[], after: number[], count = 4): Compared[] =>
  Array.from({ length: count }, () => ({ truth, before, after }));
const [SURE, UNSURE, WRONG] = [
  [3, 0],
  [0.5, 0],
  [0, 2],
];

for (const [name, heldOut, golden, expected] of [
  ['right more often', rowsOf(0, WRONG, SURE), rowsOf(0, SURE, SURE), true],
  ['as often right, and surer', rowsOf(0, UNSURE, SURE), [], true],
  ['as often right, and no surer', rowsOf(0, SURE, SURE), [], /no surer/],
  ['wrong more often', rowsOf(0, SURE, WRONG), [], /is worse/],
  ['a golden case is lost', rowsOf(0, WRONG, SURE), rowsOf(0, SURE, WRONG, 1), /golden case 0/],
  ['a golden case is hardly held', rowsOf(0, WRONG, SURE), rowsOf(0, SURE, UNSURE), /golden case/],
  ['no number', rowsOf(0, WRONG, [Number.NaN, 0]), [], /no surer|is worse/],
  ['nothing held out', [], [], /no surer/],
] as const) {
  t.test(`a tuned head, ${name}: ${expected === true ? 'taken' : 'not taken'}`, (t) => {
    const verdict = judgeHead(heldOut, golden);
    t.equal(verdict.taken, expected === true);
    if (!verdict.taken && expected !== true) t.match(verdict.why, expected);
    t.end();
  });
}
