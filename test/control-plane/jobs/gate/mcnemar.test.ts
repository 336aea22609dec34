import t from 'tap';
import { midP, samplesNeeded } from '../../../../control-plane/src/jobs/gate/mcnemar.ts';
import { seededRandom } from '../../../../protocol/src/seeded-random.ts';

t.test('mid-p is that of the binomial distribution', (t) => {
  // scipy 1.17: binom.sf(wins, n, .5) + .5 * binom.pmf(wins, n, .5)
  for (const [wins, losses, p] of [
    // Fagerland et al. 2013, table 1: two-sided mid-p 0.0391.
    [7, 1, 0.01953125],
    [11, 3, 0.017578125],
    [4, 0, 0.03125],
    [3, 0, 0.0625],
    [0, 0, 0.5],
    [5, 5, 0.5],
    [0, 6, 0.9921875],
    [60, 40, 0.023022033464671417],
    [540, 460, 0.005708069460831874],
    [5200, 4800, 3.1631093403651495e-5],
    [30_000, 29_000, 1.9192410712876285e-5],
    [0, 59_000, 1],
  ] as const) {
    const got = midP(wins, losses);
    t.ok(Math.abs(got / p - 1) < 1e-9, `${wins} to ${losses}: ${got}, expected ${p}`);
  }
  t.end();
});

t.test('samples needed are those of Connor 1987', (t) => {
  // By scipy's norm.isf; the last two are for wins enough.
  for (const [differing, lead, alpha, needed] of [
    [0.2, 0.1, 0.05, 122],
    [0.14, 0.08, 0.05, 134],
    [0.05, 0.02, 0.05, 771],
    [0.1, 0.05, 0.01, 399],
    [0.03, 0.03, 0.05, 204],
    [1, 1, 0.05, 4],
    [1, 1, 0.001, 10],
  ] as const) {
    t.equal(samplesNeeded(differing, lead, alpha), needed, `${differing} ${lead} ${alpha}`);
  }
  t.end();
});

t.test('with so many samples a real lead shows in four of five times', (t) => {
  const [differing, lead] = [0.14, 0.08];
  const samples = samplesNeeded(differing, lead, 0.05);
  const random = seededRandom(4);
  let shown = 0;
  for (let time = 0; time < 2000; time++) {
    let [wins, losses] = [0, 0];
    for (let i = 0; i < samples; i++) {
      const place = random.next();
      if (place < (differing + lead) / 2) wins++;
      else if (place < differing) losses++;
    }
    if (midP(wins, losses) <= 0.05) shown++;
  }
  t.ok(shown > 1520 && shown < 1720, `${shown} of 2000`);
  t.end();
});
