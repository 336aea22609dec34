import { type CameraFault, epochMillis, type Health, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import {
  type Figures,
  healthFigures,
  NO_FIGURES,
} from '../../../control-plane/src/store/figures/health-figures.ts';
import { healthTroubles } from '../../../control-plane/src/store/figures/health-troubles.ts';
import { health, OTHER_BOOT } from '../stand/health.ts';

const [A, B] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const [EARLIER, AT] = [epochMillis(1_000), epochMillis(9_000)];

interface HealthFields {
  readonly boot?: string;
  readonly up: number;
  /** Frames that each camera classified. */
  readonly frames?: readonly number[];
  readonly unreadable?: number;
  readonly failed?: number;
  readonly sourceRestarts?: number;
  /** By model: inferences and their milliseconds. */
  readonly inferred?: Readonly<Record<string, readonly [number, number]>>;
  readonly evicted?: number;
  readonly rejected?: number;
  readonly celsius?: number;
}

function told({ boot, up, frames = [], inferred = {}, celsius, ...given }: HealthFields): Health {
  const base = health({ up, ...(boot && { boot }) });
  const camera = {
    captured: 0,
    skipped: 0,
    unreadable: given.unreadable ?? 0,
    failed: given.failed ?? 0,
    restarts: given.sourceRestarts ?? 0,
  };
  const cameras = frames.map((classified, i) => [`cam${i}`, { ...camera, classified }] as const);
  const models = Object.entries(inferred).map(([digest, [count, sum]]) => {
    const latency = { counts: [0, count], sum };
    return [digest, { inferenceMillis: latency, scores: {}, processRestarts: 0 }] as const;
  });
  return {
    ...base,
    cameras: Object.fromEntries(cameras),
    models: Object.fromEntries(models),
    outbox: { rows: 0, bytes: 0, evicted: given.evicted ?? 0, rejected: given.rejected ?? 0 },
    ...(celsius !== undefined && { temperatureCelsius: celsius }),
  };
}

const CASES: readonly (readonly [string, HealthFields | null, HealthFields, Partial<Figures>])[] = [
  [
    'frames of all cameras',
    { up: 30, frames: [100, 10] },
    { up: 60, frames: [400, 40] },
    { fps: 11 },
  ],
  ['none in the meantime', { up: 30, frames: [100] }, { up: 60, frames: [100] }, { fps: 0 }],
  ['the first word: since the boot', null, { up: 50, frames: [100] }, { fps: 2 }],
  [
    'another boot: since that',
    { up: 900, frames: [9000] },
    { boot: OTHER_BOOT, up: 10, frames: [50] },
    { fps: 5 },
  ],
  ['a camera that is new', { up: 30, frames: [30] }, { up: 40, frames: [40, 10] }, { fps: 2 }],
  [
    'a clock that was set back: since the boot',
    { up: 90, frames: [90] },
    { up: 60, frames: [120] },
    { fps: 2 },
  ],
  ['no time at all', null, { up: 0, frames: [0] }, { fps: null }],
  [
    'the mean of both models',
    { up: 30, inferred: { [A]: [10, 1000], [B]: [10, 100] } },
    { up: 60, inferred: { [A]: [11, 1030], [B]: [13, 130] } },
    { inferenceMillis: 15 },
  ],
  [
    'nothing inferred',
    { up: 30, inferred: { [A]: [10, 1000] } },
    { up: 60, inferred: { [A]: [10, 1000] } },
    { inferenceMillis: null },
  ],
  [
    'a model that was swapped counts no more',
    { up: 30, inferred: { [A]: [1000, 90_000] } },
    { up: 60, inferred: { [B]: [10, 200] } },
    { inferenceMillis: 20 },
  ],
  [
    'one that came back counts anew',
    { up: 30, inferred: { [A]: [1000, 90_000] } },
    { up: 60, inferred: { [A]: [10, 200] } },
    { inferenceMillis: 20 },
  ],
  ['as hot as it says', null, { up: 30, celsius: 81.5 }, { celsius: 81.5 }],
  ['what it no longer says', { up: 30, celsius: 60 }, { up: 60 }, { celsius: null }],
  [
    'frames that failed',
    { up: 30, frames: [1], failed: 1 },
    { up: 60, frames: [2], failed: 2 },
    { failedAt: AT },
  ],
  [
    'frames that were unreadable',
    { up: 30, frames: [1] },
    { up: 60, frames: [2], unreadable: 1 },
    { failedAt: AT },
  ],
  [
    'none since: when it was',
    { up: 30, frames: [1], failed: 1 },
    { up: 60, frames: [2], failed: 1 },
    { failedAt: EARLIER },
  ],
  ['evicted', { up: 30 }, { up: 60, evicted: 3 }, { lostAt: AT }],
  ['rejected', { up: 30, evicted: 3 }, { up: 60, evicted: 3, rejected: 1 }, { lostAt: AT }],
  [
    'a source that was started again',
    { up: 30, frames: [1] },
    { up: 60, frames: [2], sourceRestarts: 1 },
    { restartedAt: AT },
  ],
  [
    'losses of another boot are news',
    { up: 30, evicted: 3 },
    { boot: OTHER_BOOT, up: 5, evicted: 1 },
    { lostAt: AT },
  ],
];

for (const [name, before, now, expected] of CASES) {
  t.test(name, async (t) => {
    const last = { ...NO_FIGURES, failedAt: EARLIER };
    t.match(healthFigures(before && told(before), told(now), AT, last), expected);
  });
}

t.test('what was lost before a device was first heard of is no news', async (t) => {
  const now = told({ up: 900, frames: [1], failed: 5, evicted: 5, sourceRestarts: 5 });
  const { failedAt, lostAt, restartedAt } = healthFigures(null, now, AT, NO_FIGURES);
  t.same([failedAt, lostAt, restartedAt], [null, null, null]);
});

for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
  t.test(`a camera and a model called ${name} count as any other`, async (t) => {
    const [camera] = Object.values(told({ up: 60, frames: [300] }).cameras);
    const [model] = Object.values(told({ up: 60, inferred: { [A]: [10, 50] } }).models);
    const now = {
      ...told({ up: 60 }),
      // A key of its own even where it is called `__proto__`, as JSON has it.
      cameras: Object.fromEntries([[name, camera]]),
      models: Object.fromEntries([[name, model]]),
    } as Health;
    t.match(healthFigures(told({ up: 30 }), now, AT, NO_FIGURES), { fps: 10, inferenceMillis: 5 });
  });
}

const flags = (underVoltage: boolean) => ({
  underVoltage,
  throttled: underVoltage,
  frequencyCapped: false,
  softTemperatureLimit: false,
});
const camera = (kind: CameraFault | null) => ({
  captured: 0,
  skipped: 0,
  unreadable: 0,
  classified: 0,
  failed: 0,
  restarts: 0,
  ...(kind && { fault: { kind, since: timestamp(AT), message: 'x' } }),
});

for (const [what, changes, expected] of [
  ['nothing', { cameras: { cam0: camera(null) } }, []],
  [
    'a camera each',
    { cameras: { cam0: camera('frozen'), cam1: camera('black'), cam2: camera('absent') } },
    [
      ['camera', 'cam0 frozen'],
      ['picture', 'cam1 black'],
      ['camera', 'cam2 absent'],
    ],
  ],
  [
    'too little voltage, which is why it is slow',
    { throttled: true, throttling: { ...flags(true), sinceBoot: flags(true) } },
    [['power', null]],
  ],
  [
    'slow for another reason',
    { throttled: true, throttling: { ...flags(false), sinceBoot: flags(true) } },
    [['slowed', null]],
  ],
  ['slow, and it can not say why', { throttled: true }, [['slowed', null]]],
  [
    'a clock that has had time',
    { clockSynchronized: false, uptimeSeconds: 600 },
    [['clock', null]],
  ],
  ['one that has not', { clockSynchronized: false, uptimeSeconds: 599 }, []],
  ['one that is set', { clockSynchronized: true, uptimeSeconds: 600 }, []],
] as const) {
  t.test(`what is wrong: ${what}`, async (t) => {
    t.same(healthTroubles({ ...told({ up: 30 }), ...changes } as Health), expected);
  });
}
