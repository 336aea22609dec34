import t from 'tap';
import {
  type GateReading,
  readGate,
} from '../../../../control-plane/src/rollouts/gates/gate-reading.ts';
import type { GateSettings } from '../../../../control-plane/src/rollouts/gates/gate-settings.ts';
import { judgeWave } from '../../../../control-plane/src/rollouts/gates/judge-wave.ts';
import type { WaveFigures } from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';
import { figures, many, model } from '../stand/figures.ts';
import { gateOf } from '../stand/gate-cases.ts';

const slower = (millis: number) => ({ after: model({ empty: 1000 }, { millis }) });
const shadow = { compared: 500, agreed: 490, byClass: { empty: { compared: 500, agreed: 490 } } };

/** What is judged, and what of the bar must be so. */
const CASES: readonly [string, GateSettings, WaveFigures, Partial<GateReading>][] = [
  [
    'of ten devices seven committed, and one is under way',
    gateOf('update-success'),
    figures({ updates: { committed: 7, failed: 2, underWay: 1 } }),
    { measured: 0.7, limit: 0.9, bound: 'least', unit: 'share', reports: 9, needed: 10 },
  ],
  [
    'nobody in the wave',
    gateOf('update-success'),
    figures(),
    { measured: null, reports: 0, needed: 1 },
  ],
  [
    'each way to fail counts',
    gateOf('update-errors'),
    figures({ updates: { committed: 7, failed: 1, refused: 1, reverted: 1 } }),
    { measured: 0.3, limit: 0.1, bound: 'most', reports: 10, needed: 10 },
  ],
  [
    'a count that is stricter than the share is the limit',
    gateOf('update-errors', { count: 1 }),
    figures({ updates: { committed: 98, failed: 2 } }),
    { measured: 0.02, limit: 0.01 },
  ],
  [
    'one of two told enough',
    gateOf('minimum-reports'),
    figures({ wave: many(2, (i) => ({ after: model({ empty: i === 0 ? 100 : 7 }) })) }),
    { measured: 0.5, limit: 0.8, bound: 'least', reports: 1, needed: 1, of: 'devices' },
  ],
  [
    'twice as slow',
    gateOf('latency'),
    figures({ wave: many(2, () => slower(40)) }),
    { limit: 1.5, bound: 'most', unit: 'times', reports: 2000, needed: 400, of: 'frames' },
  ],
  [
    'slower than the absolute limit',
    gateOf('latency', { limit: 25 }),
    figures({ wave: many(2, () => slower(40)) }),
    { limit: 25, bound: 'most', unit: 'milliseconds' },
  ],
  [
    'too few frames to say',
    gateOf('latency'),
    figures({ wave: many(1, () => ({ after: model({ empty: 10 }) })) }),
    { measured: null, reports: 10 },
  ],
  [
    'three starts in an hour, one elsewhere in two',
    gateOf('restarts'),
    figures({ wave: many(1, () => ({ boots: 3 })), control: many(2, (i) => ({ boots: i })) }),
    { measured: 2.5, limit: 0.5, bound: 'most', unit: 'an hour', reports: 1, needed: 1 },
  ],
  [
    'two buckets less sure',
    gateOf('confidence'),
    figures({
      wave: many(2, () => ({ after: model({ empty: 800, good: 200 }, { bucket: 6 }) })),
      control: many(2),
    }),
    { limit: 0.1, bound: 'most', unit: 'points', reports: 2 },
  ],
  [
    'another mix',
    gateOf('class-mix'),
    figures({
      wave: many(2, () => ({ after: model({ empty: 200, good: 800 }) })),
      control: many(2),
    }),
    { limit: 0.2, bound: 'most', unit: 'divergence', reports: 2 },
  ],
  [
    'nobody to compare with',
    gateOf('class-mix'),
    figures({ wave: many(2) }),
    { measured: null, reports: 2 },
  ],
  [
    'by its lower bound',
    gateOf('shadow-agreement'),
    figures({ wave: many(1, () => ({ shadow })) }),
    { limit: 0.85, bound: 'least', unit: 'share', reports: 500, needed: 300, of: 'frames' },
  ],
  [
    'no frame was compared: not that it agrees on none',
    gateOf('shadow-agreement'),
    figures(),
    { measured: null, reports: 0 },
  ],
];

for (const [behaviour, gate, given, expected] of CASES) {
  t.test(`${gate.kind}: ${behaviour}`, async (t) => {
    const judged = judgeWave([gate], given, { over: false })[0];
    const reading = readGate(gate, judged?.figures ?? {});
    t.match(reading, expected);
    // What failed is beyond its limit; what is beyond it may pass, where that may be chance.
    const { measured, limit, bound } = reading;
    if (measured === null) t.not(judged?.outcome, 'passed');
    else if (judged?.outcome === 'failed') {
      t.ok(bound === 'least' ? measured < limit : measured > limit, judged.reason);
    }
  });
}

t.test('before anything was measured there is the limit alone', async (t) => {
  for (const [, gate] of CASES) {
    const { measured, reports, needed } = readGate(gate, {});
    t.match({ measured, reports }, { measured: null, reports: 0 }, gate.kind);
    t.ok(needed > 0, gate.kind);
  }
});
