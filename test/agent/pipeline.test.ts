import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage, OnnxError } from '@edgeloop/onnx';
import {
  type CameraState,
  epochMillis,
  millis,
  type OccurrenceId,
  parseId,
} from '@edgeloop/protocol';
import t from 'tap';
import type { CameraSource, Frame, FrameSink } from '../../agent/src/camera/frame.ts';
import type { DecideConfig } from '../../agent/src/config/config.ts';
import { countersOf, newCounters } from '../../agent/src/health/counters.ts';
import { type CameraProgress, findProblems } from '../../agent/src/health/problems.ts';
import { standingOf } from '../../agent/src/health/standing.ts';
import { ModelSlot } from '../../agent/src/model/model-slot.ts';
import type { NewRow } from '../../agent/src/outbox/entry.ts';
import { CameraPipeline } from '../../agent/src/pipeline/camera-pipeline.ts';
import {
  type Colour,
  picture,
  withExtraFile,
  writeColourPackage,
} from '../stand/colour-package.ts';

const quiet = () => {};
const SILENT = { info: quiet, warn: quiet, error: quiet } as never;
const CAMERA = parseId('camera', 'cam0');

/** How a camera stands, with a patience of 100, at the time 1000. */
const STILL: CameraProgress = {
  ...{ id: CAMERA, finished: false, patience: millis(100) },
  ...{ progressAt: millis(0), waitingSince: null, frozen: false },
};
const MOVING = { ...STILL, progressAt: millis(950) };
const HANGING = { ...STILL, waitingSince: millis(100) };
const BACK = { ...STILL, waitingSince: millis(950) };
const FINISHED = { ...STILL, finished: true };

async function create(
  t: { teardown(remove: () => Promise<void>): void },
  run: (sink: FrameSink, signal: AbortSignal) => Promise<void>,
  options: {
    pace: 'every' | 'realtime';
    decide?: DecideConfig;
    commits?: boolean;
    fails?: (call: number) => boolean;
    interval?: number;
  },
) {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  const loaded = await loadPackage(await writeColourPackage(folder));
  const id = parseId('slot', 'main');
  const slot = new ModelSlot({ id, loaded, threads: 1, deadline: millis(5000) });
  await slot.start();
  const classify = slot.classify.bind(slot);
  let calls = 0;
  slot.classify = (crop) =>
    options.fails?.(calls++)
      ? Promise.reject(new OnnxError('SESSION_DEADLINE', 'too late'))
      : classify(crop);
  const counters = newCounters([CAMERA]);
  const appended: NewRow[] = [];
  const states: CameraState[] = [];
  const sampled: { frame: Frame; scores: readonly number[]; embedding: number[] }[] = [];
  const pictured: { frame: Frame; begun: readonly OccurrenceId[] }[] = [];
  const source: CameraSource = { description: 'test', run };
  const pipeline = new CameraPipeline({
    id: CAMERA,
    source,
    pace: options.pace,
    decide: options.decide ?? { mode: 'frame' },
    slot,
    bootId: parseId('boot', '11111111-1111-4111-8111-111111111111'),
    counters: counters.cameras.get(CAMERA)!,
    modelCounters: (model) => countersOf(counters, model),
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    newId: () => '22222222-2222-4222-8222-222222222222' as OccurrenceId,
    append: async (row) => {
      if (options.commits === false) return false;
      appended.push(row);
      return true;
    },
    setState: (_camera, state) => states.push(state),
    shadow: () => null,
    picture: (_camera, frame, begun) => pictured.push({ frame, begun }),
    sample: ({ frame, scores, embedding }) =>
      sampled.push({ frame, scores, embedding: Array.from(embedding ?? []) }),
    interval: () => millis(options.interval ?? 0),
    patience: millis(1000),
    log: SILENT,
  });
  t.teardown(async () => {
    await pipeline.close();
    await slot.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const labels = () => appended.map(({ body }) => JSON.parse(body).label);
  const rows = () => appended.map(({ body }) => JSON.parse(body));
  return {
    pipeline,
    counters: counters.cameras.get(CAMERA)!,
    models: counters.models,
    rows,
    labels,
    states,
    sampled,
    pictured,
  };
}

async function frameOf(colour: Colour): Promise<Frame> {
  const image = { kind: 'encoded', bytes: await picture(colour) } as const;
  return { image, capturedAt: epochMillis(Date.now()), monotonic: millis(performance.now()) };
}

/** Starts the pipeline; resolves when its source has finished and every frame was handled. */
async function finish(pipeline: CameraPipeline): Promise<void> {
  pipeline.start();
  while (!pipeline.progress.finished) await new Promise((resolve) => setTimeout(resolve, 5));
}

t.test('where each frame counts, each gives one result', async (t) => {
  const colours: Colour[] = ['red', 'green', 'blue', 'blue'];
  const send = async (sink: FrameSink) => {
    for (const colour of colours) await sink.frame(await frameOf(colour));
  };
  const { pipeline, counters, labels, sampled } = await create(t, send, { pace: 'every' });
  await finish(pipeline);
  t.same(labels(), colours);
  t.match(counters, { captured: 4, classified: 4, skipped: 0, unreadable: 0, failed: 0 });
  t.same(
    sampled.map(({ embedding }) => embedding.map(Math.round)),
    [
      [254, 0, 0],
      [0, 255, 1],
      [0, 0, 254],
      [0, 0, 254],
    ],
    'each is shown to the sampler, with its embedding',
  );
});

t.test('where the newest wins, what it displaced is counted', async (t) => {
  const send = async (sink: FrameSink) => {
    const frames = await Promise.all(
      Array.from({ length: 50 }, (_, i) => frameOf(i === 49 ? 'blue' : 'red')),
    );
    for (const frame of frames) await sink.frame(frame);
  };
  const { pipeline, counters, labels } = await create(t, send, { pace: 'realtime' });
  await finish(pipeline);
  t.equal(labels().at(-1), 'blue', 'the newest is not lost');
  t.ok(counters.skipped > 0);
  t.equal(counters.skipped + counters.classified, 50);
});

t.test(
  'a device that is hot leaves time between inferences, and takes the newest then',
  async (t) => {
    const send = async (sink: FrameSink) => {
      for (let i = 0; i < 20; i++) {
        await sink.frame(await frameOf(i === 19 ? 'blue' : 'red'));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const { pipeline, counters, labels } = await create(t, send, {
      pace: 'realtime',
      interval: 150,
    });
    const begun = performance.now();
    await finish(pipeline);
    const most = Math.ceil((performance.now() - begun) / 150);
    t.ok(counters.classified <= most, `${counters.classified} of at most ${most}`);
    t.equal(labels().at(-1), 'blue');
    t.equal(counters.skipped + counters.classified, 20);
  },
);

t.test('a frame that can not be read and an inference that fails stop nothing', async (t) => {
  const send = async (sink: FrameSink) => {
    const torn = (await picture('red')).subarray(0, 200);
    await sink.frame({ ...(await frameOf('red')), image: { kind: 'encoded', bytes: torn } });
    sink.unreadable('gone.jpg', new Error('gone'));
    for (const colour of ['red', 'green', 'blue'] as const) await sink.frame(await frameOf(colour));
  };
  const fails = (call: number) => call === 1;
  const { pipeline, counters, labels } = await create(t, send, { pace: 'every', fails });
  await finish(pipeline);
  t.same(labels(), ['red', 'blue']);
  t.match(counters, { captured: 5, unreadable: 2, failed: 1, classified: 2 });
});

t.test('with a full disk the state is still told', async (t) => {
  const send = async (sink: FrameSink) => {
    for (const colour of ['red', 'green'] as const) await sink.frame(await frameOf(colour));
  };
  const { pipeline, states } = await create(t, send, { pace: 'every', commits: false });
  await finish(pipeline);
  t.same(
    states.map(({ label }) => label),
    ['red', 'green'],
  );
});

t.test(
  'another model decides from the next frame on, and what is open ends with the one before',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'next-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const loaded = await loadPackage(
      await withExtraFile(await writeColourPackage(folder), new Uint8Array(9)),
    );
    const id = parseId('slot', 'main');
    const next = new ModelSlot({ id, loaded, threads: 1, deadline: millis(5000) });
    await next.start();
    t.teardown(() => next.close());
    const send = async (sink: FrameSink) => {
      for (let i = 0; i < 3; i++) await sink.frame(await frameOf('red'));
      await pipeline.use(next);
      for (let i = 0; i < 2; i++) await sink.frame(await frameOf('red'));
    };
    const decide: DecideConfig = {
      ...{ mode: 'occurrence', background: [], smoothing: millis(0), enter: 0.7, exit: 0.5 },
      ...{ classes: {}, minFrames: 2, updateInterval: millis(5_000), maxGap: millis(10_000) },
    };
    const { pipeline, rows, states, models, pictured } = await create(t, send, {
      pace: 'every',
      decide,
    });
    await finish(pipeline);
    const [before] = models.keys();
    const { digest } = loaded;
    t.not(before, digest);
    t.same(
      rows().map(({ type, model, frames }) => [type, model, frames]),
      [
        ['new', before, 2],
        ['end', before, 3],
        ['new', digest, 2],
        ['end', digest, 2],
      ],
    );
    t.equal(states.at(-1)?.model, digest);
    t.same(
      pictured.map(({ begun }) => begun.length),
      [0, 1, 0, 0, 1],
      'each frame is shown, with what began with it',
    );
    const counted = Array.from(models.values(), ({ scores }) =>
      scores.red?.reduce((a, b) => a + b),
    );
    t.same(counted, [3, 2], 'each has figures of its own');
  },
);

t.test('a camera without progress is a problem, one that finished is none', async (t) => {
  const stuck = { ...STILL, patience: millis(1000) };
  t.same(findProblems([stuck], false, millis(900)), []);
  t.match(findProblems([stuck], false, millis(2000)), [
    /camera cam0: no frame was classified for 2 s/,
  ]);
  t.same(findProblems([{ ...stuck, finished: true }], false, millis(2000)), []);
  t.match(findProblems([{ ...stuck, frozen: true }], false, millis(900)), [
    /camera cam0: every picture is the same/,
  ]);
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
  ['one that had no more, and one that gives no frames', [FINISHED, STILL], false, 1],
] as const) {
  t.test(`the watchdog is ${working ? '' : 'not '}fed: ${name}`, async (t) => {
    const standing = standingOf(cameras, 7, millis(1000));
    t.equal(standing.working, working);
    const [classified, ...others] = standing.status.split('; ');
    t.equal(classified, '7 frames classified');
    t.equal(others.length, problems, standing.status);
  });
}
