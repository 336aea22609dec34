import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import type { FrameSink } from '../../agent/src/camera/frame.ts';
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
  const decide = { ...OCCURRENCES, maxGap: millis(200) };
  const { pipeline, rows, states } = await create(t, send, { pace: 'every', decide });
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
