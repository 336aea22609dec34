import { type BootId, type EpochMillis, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import {
  DAY,
  type DriftState,
  observeScores,
} from '../../../../control-plane/src/jobs/drift/drift-state.ts';
import { measureDrift } from '../../../../control-plane/src/jobs/drift/measure-drift.ts';
import {
  addCounts,
  countsSince,
  type ScoreCounts,
} from '../../../../control-plane/src/jobs/drift/score-counts.ts';
import { stabilityIndex } from '../../../../control-plane/src/jobs/drift/stability-index.ts';
import { seededRandom } from '../../../../protocol/src/seeded-random.ts';

const boot = (number: number) =>
  `00000000-0000-0000-0000-${String(number).padStart(12, '0')}` as BootId;
const START = epochMillis(Date.parse('2026-03-02T00:00:00Z'));
const HOUR = 3_600_000;
const after = (hours: number): EpochMillis => epochMillis(START + hours * HOUR);

t.test('counts add up and are taken apart', (t) => {
  t.same(addCounts({ a: [1, 2] }, { a: [3, 4], b: [5] }), { a: [4, 6], b: [5] });
  t.same(countsSince({ a: [1, 2] }, { a: [4, 2], b: [1] }), { a: [3, 0], b: [1] });
  t.equal(countsSince({ a: [1] }, { a: [0] }), null, 'less than before: counted anew');
  t.equal(countsSince({ a: [1] }, {}), null);
  t.end();
});

t.test('the index of two histograms that anyone can compute', (t) => {
  // Σ (p − q)·ln(p / q) with half a frame more in each of two bins: (600.5, 400.5) / 1001, (400.5,
  // 600.5) / 1001.
  const { psi, noise } = stabilityIndex({ a: [600, 400] }, { a: [400, 600] });
  t.ok(Math.abs(psi - 2 * (200 / 1001) * Math.log(600.5 / 400.5)) < 1e-12, `${psi}`);
  // scipy 1.17: chi2.ppf(.999, 1) = 10.828
  t.ok(noise > (10.828 * 2) / 1000 && noise < (1.04 * 10.828 * 2) / 1000, `${noise}`);
  t.same(stabilityIndex({ a: [1000] }, { a: [1000] }), { psi: 0, noise: 0 });
  t.end();
});

t.test('chance exceeds the noise about once in a thousand times', (t) => {
  const random = seededRandom(7);
  const draw = (frames: number): ScoreCounts => {
    const counts = { a: [0, 0, 0, 0, 0, 0], b: [0, 0, 0, 0, 0, 0] };
    for (let i = 0; i < frames; i++) {
      const bucket = Math.floor(6 * random.next() ** 2);
      counts[random.chance(0.7) ? 'a' : 'b'][bucket]!++;
    }
    return counts;
  };
  let beyond = 0;
  for (let time = 0; time < 1000; time++) {
    const { psi, noise } = stabilityIndex(draw(800), draw(500));
    if (psi > noise) beyond++;
  }
  t.ok(beyond <= 5, `${beyond} of 1000`);
  t.end();
});

/** A device that tells its counts every hour. */
function tell(
  hours: number,
  framesOf: (hour: number) => ScoreCounts,
  bootAt = (_hour: number) => 1,
) {
  let state: DriftState | null = null;
  let counts: ScoreCounts = {};
  for (let hour = 0; hour <= hours; hour++) {
    const again = hour > 0 && bootAt(hour) !== bootAt(hour - 1);
    counts = addCounts(again ? {} : counts, framesOf(hour));
    const told = { boot: boot(bootAt(hour)), at: after(hour), scores: counts };
    state = observeScores(state, told);
  }
  return state as DriftState;
}

const sure: ScoreCounts = { good: [0, 0, 0, 0, 0, 2, 4, 10, 20, 64] };
const unsure: ScoreCounts = { good: [0, 0, 0, 0, 20, 30, 20, 10, 10, 10] };

t.test(
  'a change shows within a day, and not before the first days and a day more are over',
  (t) => {
    const changes = (hour: number) => (hour > 100 ? unsure : sure);
    t.equal(measureDrift(tell(60, changes), after(60)), null, 'the first days');
    t.equal(
      measureDrift(
        tell(80, () => unsure),
        after(80),
      ),
      null,
      'not a day since',
    );
    t.equal(measureDrift(tell(100, changes), after(100)), null, 'nothing changed');
    const drift = measureDrift(tell(124, changes), after(124));
    t.ok(drift && drift.psi > 0.25, JSON.stringify(drift));
    t.equal(drift?.samples, 2400);
    t.equal(measureDrift(tell(124, changes), after(149)), null, 'it told nothing since a day');
    t.end();
  },
);

t.test('what every day brings is no drift', (t) => {
  const nights = (hour: number) => (hour % 24 < 12 ? unsure : sure);
  t.equal(measureDrift(tell(120, nights), after(120)), null);
  t.end();
});

t.test('a restart begins the counts anew, and loses none', (t) => {
  const state = tell(
    72,
    () => sure,
    (hour) => (hour < 30 ? 1 : 2),
  );
  t.equal(state.reference.to, after(72));
  t.same(state.reference.counts, Object.fromEntries([['good', sure.good!.map((n) => n * 72)]]));
  t.equal(state.reference.to! - state.reference.from, 3 * DAY);
  t.end();
});

t.test('few frames make the first days longer', (t) => {
  const few = tell(100, () => ({ good: [1] }));
  t.equal(few.reference.to, null);
  t.equal(measureDrift(few, after(100)), null);
  t.end();
});

t.test('what a clock that was ahead noted counts as of now', (t) => {
  const before = tell(80, () => sure);
  const reference = { ...before.reference, from: after(9e5), to: after(9e5 + 72) };
  const future = { hour: Math.floor(after(9e5) / HOUR), counts: sure };
  const told = { boot: boot(1), at: after(81), scores: before.seen };
  const state = observeScores({ ...before, reference, recent: [future] }, told);
  t.match(state.reference, { from: after(81), to: after(81) });
  t.same(state.recent, [{ hour: Math.floor(after(81) / HOUR), counts: sure }]);
  t.end();
});
