import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import type { FrameSink } from '../../agent/src/camera/frame.ts';
import { silenceOf } from '../../agent/src/pipeline/silence-of.ts';
import { until } from '../stand/until.ts';
import {
  createPipeline as create,
  finish,
  frameOf,
  nextModel,
  OCCURRENCES,
} from './stand/pipeline-stand.ts';

t.test('what is open ends when the camera shows nothing more, and once', async (t) => {
  const send = async (sink: FrameSink) => {
    for (let i = 0; i < 3; i++) await sink.frame(await frameOf('red'));
    await until(() => states.at(-1)?.label === null && rows().length > 1);
    await delay(300);
  };
  const { pipeline, rows, states } = await create(t, send, {
    pace: 'every',
    decide: OCCURRENCES,
    silence: millis(200),
  });
  await finish(pipeline);
  t.same(
    rows().map(({ type, frames }) => [type, frames]),
    [
      ['new', 2],
      ['end', 3],
    ],
  );
  t.same(
    states.map(({ label }) => label),
    [null, null, 'red', null],
    'no next frame is needed',
  );
});

t.test('of a camera that shows nothing more its last frame does not stand', async (t) => {
  const labels = () => states.map(({ label }) => label);
  const send = async (sink: FrameSink) => {
    await until(() => labels().length === 1);
    for (let i = 0; i < 2; i++) await sink.frame(await frameOf('red'));
    await until(() => labels().at(-1) === null);
    await sink.frame(await frameOf('red'));
  };
  const { pipeline, rows, states } = await create(t, send, {
    pace: 'every',
    decide: { mode: 'frame' },
    silence: millis(200),
  });
  await finish(pipeline);
  t.same(labels(), [null, 'red', null, 'red', null], 'nor the last of an agent before');
  t.same(
    rows().map(({ label }) => label),
    ['red', 'red', 'red'],
  );
});

t.test('how long that is, by what its source and its model may take', (t) => {
  const camera = { decide: { mode: 'frame' }, noFrameTimeout: millis(10_000) } as const;
  const still = { look: { motion: null } };
  t.equal(silenceOf({ ...camera, ...still }, millis(2_000)), 10_000);
  t.equal(silenceOf({ ...camera, ...still }, millis(60_000)), 120_000);
  const motion = { threshold: 16, area: 0.5, hold: millis(0), masks: [] };
  const gated = { look: { motion: { ...motion, atLeastEvery: millis(5_000) } } };
  t.equal(silenceOf({ ...camera, ...gated }, millis(2_000)), 15_000);
  t.equal(silenceOf({ ...camera, ...gated, decide: OCCURRENCES }, millis(2_000)), 10_000);
  t.end();
});

t.test('what an agent before had open is not, though no frame comes', async (t) => {
  const send = async () => {};
  const { pipeline, states } = await create(t, send, { pace: 'every', decide: OCCURRENCES });
  pipeline.start();
  t.match(states, [{ label: null, score: 0, occurrence: null }]);
});

t.test(
  'another model decides from the next frame on, and what is open ends with the one before',
  async (t) => {
    const { next, digest } = await nextModel(t);
    const send = async (sink: FrameSink) => {
      for (let i = 0; i < 3; i++) await sink.frame(await frameOf('red'));
      await pipeline.use(next);
      for (let i = 0; i < 2; i++) await sink.frame(await frameOf('red'));
    };
    const { pipeline, rows, states, models, pictured } = await create(t, send, {
      pace: 'every',
      decide: OCCURRENCES,
    });
    await finish(pipeline);
    const [before] = models.keys();
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
