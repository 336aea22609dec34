import t from 'tap';
import { DEFAULT_GATE } from '../../../../control-plane/src/jobs/gate/gate-policy.ts';
import { judge } from '../../../../control-plane/src/jobs/gate/judge.ts';
import type { TestSample } from '../../../../control-plane/src/jobs/gate/read-predictions.ts';
import {
  below,
  CLASSES,
  call,
  champion,
  digest,
  failed,
  lines,
  read,
  testSide,
  verdictOf,
  type Wrong,
} from '../stand/test-side.ts';

t.test('a first model passes by its floors', async (t) => {
  const samples = testSide(100);
  const good = await verdictOf(samples, below(20), null);
  t.ok(good.passed, JSON.stringify(good.checks));
  t.equal(
    good.checks[0]?.reason,
    'Right on 80 of 100 (80.0 %) test samples, expected at least 70.0 %. There is no champion to compare with.',
  );
  t.same(good.policy, DEFAULT_GATE, 'what it was judged by is kept');
  t.same(good.figures.classes.good, {
    samples: 50,
    int8Right: 40,
    float32Right: 40,
    championRight: null,
  });

  t.notOk((await verdictOf(samples, below(31), null)).passed, 'below the floor of all');
  const oneClass = await verdictOf(samples, (i) => i % 2 === 1 && i < 56, null);
  t.match(failed(oneClass)[0]?.reason, /Of scratch, right on 22 of 50 \(44\.0 %\)/);
  const few = await verdictOf(testSide(58), below(6), null);
  t.match(
    few.checks[0],
    { passed: true, reason: /fewer than 30 test samples: good, right on 26 of 29 .*; scratch, / },
    'which classes it says nothing about',
  );
});

t.test('beats the champion by a paired test, or not', async (t) => {
  for (const [what, count, wrong, championWrong, policy, reason, needed] of [
    ['a clear lead', 100, below(5), below(15), {}, null, null],
    [
      'no lead',
      100,
      below(10),
      below(10),
      {},
      /^Not better than the champion: right on 90 of 100 \(90\.0 %\) test samples, the champion on 90/,
      null,
    ],
    ['worse', 100, below(15), below(5), {}, /^Not better/, null],
    [
      'three wins and no loss may be chance',
      100,
      below(5),
      below(8),
      {},
      /chance \(p = 0\.063, expected at most 0\.05\).* wins 3 and loses 0\..*about 204 test samples/,
      204,
    ],
    ['four wins and no loss hardly', 100, below(5), below(9), {}, null, null],
    [
      'a lead below the margin',
      1000,
      below(50),
      below(60),
      { margin: 0.02 },
      /by 1\.0 points, expected at least 2\.0 points/,
      null,
    ],
    ['a lead of the margin', 1000, below(50), below(70), { margin: 0.02 }, null, null],
    ['too few', 29, below(0), below(10), {}, /at least 30 test samples, received 29/, 30],
  ] as const) {
    const verdict = await verdictOf(testSide(count), wrong, championWrong, policy);
    t.equal(verdict.passed, reason === null, `${what}: ${JSON.stringify(verdict.checks)}`);
    if (reason === null) continue;
    const [check] = failed(verdict);
    t.match(check?.reason, reason, what);
    t.equal(check?.samplesNeeded, needed, what);
  }
  const { comparison } = (await verdictOf(testSide(100), below(5), below(15))).figures;
  t.same(comparison, {
    package: digest(0xc),
    samples: 100,
    right: 95,
    championRight: 85,
    wins: 10,
    losses: 0,
    p: 0.5 ** 11,
  });
});

t.test(
  'INT8 loses no more than its budget, in all and for each class with enough samples',
  async (t) => {
    const loses = async (samples: TestSample[], of: Wrong, policy = DEFAULT_GATE) => {
      const text = lines(samples, { int8: of, float32: () => false });
      return judge({ samples, predictions: await read(text, samples), champion: null }, policy);
    };
    t.ok((await loses(testSide(100), below(1))).passed, 'one of a hundred is one point');
    t.match(
      failed(await loses(testSide(100), below(2)))[0]?.reason,
      /INT8 is right on 98 of 100, FP32 on 100: a loss of 2\.0 points, at most 1\.0 points allowed/,
    );
    const oneClass = (i: number) => i % 50 === 0 && i < 150;
    const lopsided = Array.from({ length: 1000 }, (_, i) => ({
      sha256: digest(i),
      label: CLASSES[i % 25 === 0 ? 1 : 0] as string,
    }));
    const verdict = await loses(lopsided, oneClass);
    t.match(failed(verdict)[0]?.reason, /allowed\. Of scratch, INT8 is right on 37 of 40/);
    const fewer = { ...DEFAULT_GATE, classSamples: 41 };
    t.ok(
      (await loses(lopsided, oneClass, fewer)).passed,
      'of a class with too few samples chance would decide',
    );
  },
);

t.test(
  'where classes changed, what is common is compared and what is new has a floor',
  async (t) => {
    const now = ['dent', 'good', 'scratch'];
    const before = ['gone', 'good', 'scratch'];
    const samples = testSide(120, now);
    // It calls a dent something else: it does not know it.
    const byChampion = samples.map(({ sha256, label }, i) => {
      const called = label === 'dent' || i < 24 ? 'gone' : label;
      return JSON.stringify({ sha256, label, int8: call(called, before) });
    });
    const verdict = async (dentWrong: Wrong) => {
      const wrong = (i: number) => i < 9 || dentWrong(i);
      const text = lines(samples, { int8: wrong, float32: wrong }, now);
      return judge(
        {
          samples,
          predictions: await read(text, samples, now),
          champion: champion(await read(byChampion.join('\n'), samples, before), before),
        },
        DEFAULT_GATE,
      );
    };
    const passed = await verdict(() => false);
    t.ok(passed.passed, JSON.stringify(passed.checks));
    t.match(passed.figures.comparison, { samples: 80, right: 74, championRight: 64 });
    t.match(passed.checks[1]?.reason, 'New since the champion: dent.');
    const bad = await verdict((i) => i % 3 === 0 && i < 90);
    t.match(failed(bad), [{ name: 'new-classes', reason: /Of dent, right on 10 of 40/ }]);
  },
);

t.test('what can not be read is refused', async (t) => {
  const samples = testSide(40);
  const whole = lines(samples, { int8: () => false, float32: () => false });
  const rows = whole.split('\n');
  const first = JSON.parse(rows[0] as string);
  const withFirst = (change: object) =>
    [JSON.stringify({ ...first, ...change }), ...rows.slice(1)].join('\n');
  const verdictOn = async (text: string) =>
    judge({ samples, predictions: await read(text, samples), champion: null }, DEFAULT_GATE);
  for (const [what, text, reason] of [
    ['nothing', '', /40 of 40 test samples have no prediction/],
    ['no JSON', `\n${whole}`, /on line 1 .*expected JSON, received ""/],
    ['a missing sample', rows.slice(1).join('\n'), /1 of 40 test samples have no prediction/],
    ['a sample twice', [...rows, rows[3]].join('\n'), /Line 41: sample 0+3 comes twice/],
    ['a sample from elsewhere', withFirst({ sha256: digest(999) }), /is not on the test side/],
    ['another label', withFirst({ label: 'scratch' }), /is good in the dataset, not scratch/],
    [
      'NaN, which JSON has not',
      withFirst({ int8: { label: 'good', scores: [Number.NaN, 1] } }),
      /on line 1 .*: expected a number.* for int8\.scores\[0\], received null/,
    ],
    ['a score of 2', withFirst({ int8: { label: 'good', scores: [2, 0] } }), /at most 1/],
    ['a score too few', withFirst({ int8: { label: 'good', scores: [1] } }), /expected 2 scores/],
    [
      'not the highest',
      withFirst({ int8: { label: 'good', scores: [0.2, 0.8] } }),
      /good is called, but is not the class with the highest score/,
    ],
    ['no class', withFirst({ int8: { label: 'bad', scores: [0.2, 0.8] } }), /bad is called/],
    ['FP32 of some', withFirst({ float32: undefined }), /1 of 40 lack FP32's prediction/],
  ] as const) {
    const verdict = await verdictOn(text);
    t.notOk(verdict.passed, what);
    t.match(failed(verdict)[0], { name: 'predictions', reason }, what);
  }
  const int8Alone = await verdictOn(lines(samples, { int8: () => false }));
  t.match(failed(int8Alone), [{ name: 'int8', reason: /FP32's predictions are missing/ }]);
  for (const [predictions, reason] of [
    [null, /It was not run on this test side/],
    [await read(rows.slice(2).join('\n'), samples), /champion's predictions.* 2 of 40/],
  ] as const) {
    const against = judge(
      { samples, predictions: await read(whole, samples), champion: champion(predictions) },
      DEFAULT_GATE,
    );
    t.match(failed(against), [{ name: 'predictions', reason }]);
  }
});

t.test('an equal score may be called either', async (t) => {
  const samples = testSide(40);
  const text = samples
    .map(({ sha256, label }) => {
      const int8 = { label, scores: [0.5, 0.5] };
      return JSON.stringify({ sha256, label, int8, float32: int8 });
    })
    .join('\n');
  const predictions = await read(text, samples);
  t.ok(judge({ samples, predictions, champion: null }, DEFAULT_GATE).passed);
});

t.test('a sample whose picture is gone decides nothing, whether it was seen or not', async (t) => {
  const samples = testSide(40);
  const gone = samples.map((sample, i) => ({ ...sample, removed: i < 4 }));
  const all = lines(samples, { int8: below(4), float32: below(4) });
  const rest = all.split('\n').slice(4).join('\n');
  for (const text of [all, rest]) {
    const verdict = judge(
      {
        samples: gone,
        predictions: await read(text, gone),
        champion: champion(await read(all, gone)),
      },
      DEFAULT_GATE,
    );
    t.match(verdict.figures, { samples: 36, int8Right: 36, comparison: { samples: 36, wins: 0 } });
  }
});
