import { setTimeout as delay } from 'node:timers/promises';
import { OnnxError } from '@edgeloop/onnx';
import { millis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import type { FrameSink } from '../../agent/src/camera/frame.ts';
import { livenessOf } from '../../agent/src/health/liveness.ts';
import { type Colour, modelWithoutBlue, picture } from '../stand/models/colour-package.ts';
import { until } from '../stand/until.ts';
import {
  createPipeline as create,
  finish,
  frameOf,
  nextModel,
  OCCURRENCES,
} from './stand/pipeline-stand.ts';

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

t.test('while the model looks at a frame it is sent the next', async (t) => {
  const send = async (sink: FrameSink) => {
    await sink.frame(await frameOf('red'));
    await until(() => asked === 1);
    await sink.frame(await frameOf('blue'));
  };
  const { pipeline, slot, labels } = await create(t, send, { pace: 'realtime' });
  const classify = slot.classify.bind(slot);
  let asked = 0;
  slot.classify = async (crop) => {
    asked += 1;
    if (asked === 1) await until(() => asked === 2);
    return classify(crop);
  };
  await finish(pipeline);
  t.same(labels(), ['red', 'blue'], 'in the order of the frames');
});

t.test('but not a model that fails: that is asked for one frame after the other', async (t) => {
  const send = async (sink: FrameSink) => {
    for (let frame = 1; frame <= 4; frame++) {
      await sink.frame(await frameOf('red'));
      await until(() => begun >= frame);
    }
  };
  const { pipeline, slot, counters } = await create(t, send, { pace: 'realtime' });
  let [begun, inHand] = [0, 0];
  const beside: number[] = [];
  slot.classify = async () => {
    begun += 1;
    beside.push(inHand++);
    await delay(20);
    inHand -= 1;
    throw new OnnxError('SESSION_DEADLINE', 'too late');
  };
  await finish(pipeline);
  t.equal(counters.failed, 4);
  t.same(beside.slice(2), [0, 0], 'once it is known');
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

t.test(
  'pictures that can not be decoded are a fault of their camera, not of the model',
  async (t) => {
    const torn = (await picture('red')).subarray(0, 200);
    const send = async (sink: FrameSink) => {
      const broken = async () =>
        sink.frame({ ...(await frameOf('red')), image: { kind: 'encoded', bytes: torn } });
      for (let i = 0; i < 8; i++) await broken();
      sink.unreadable('gone.jpg', new Error('gone'));
      t.same(faults, [], 'not yet');
      await broken();
      t.match(faults, [{ code: 'SOURCE_FAILED', message: /decoded from test, received 10 or/ }]);
      const { progress } = pipeline;
      const now = millis(performance.now() + 3_600_000);
      const beside = { ...progress, id: parseId('camera', 'cam1'), progressAt: now };
      t.ok(livenessOf([progress, beside], 1, now).working, 'nobody hangs');
      t.notOk(livenessOf([progress], 1, now).working, 'nor makes progress by it');
      await sink.frame(await frameOf('red'));
      t.same(faults.at(-1), null, 'one that can ends it');
      await sink.frame(await frameOf('green'));
      await broken();
      t.not(pipeline.progress.waitingSince, null, 'of a model that failed it says nothing');
    };
    const fails = (call: number) => call === 1;
    const { pipeline, counters, faults } = await create(t, send, { pace: 'every', fails });
    await finish(pipeline);
    t.match(counters, { unreadable: 11, classified: 1, failed: 1 });
  },
);

t.test('what a model says that is no number is no result', async (t) => {
  const send = async (sink: FrameSink) => {
    for (const colour of ['red', 'blue', 'blue', 'red', 'red'] as const) {
      await sink.frame(await frameOf(colour));
    }
  };
  for (const decide of [undefined, OCCURRENCES]) {
    const { pipeline, slot, counters, rows } = await create(t, send, {
      pace: 'every',
      model: modelWithoutBlue(),
      ...(decide && { decide }),
    });
    await finish(pipeline);
    t.match(counters, { classified: 3, failed: 2 });
    t.match(slot, { classified: 3, failed: 2 }, 'probation sees it');
    t.ok(rows().length > 0);
    t.ok(rows().every(({ label, score }) => label === 'red' && score > 0.9));
  }
});

t.test('a frame that was sent to the model before is seen by the one that decides', async (t) => {
  const { next, digest } = await nextModel(t);
  const send = async (sink: FrameSink) => {
    await sink.frame(await frameOf('red'));
    await until(() => asked === 1);
    const changed = pipeline.use(next);
    await sink.frame(await frameOf('blue'));
    await until(() => asked === 2);
    release();
    await changed;
  };
  const { pipeline, slot, rows, counters } = await create(t, send, { pace: 'realtime' });
  const classify = slot.classify.bind(slot);
  let [asked, release] = [0, () => {}];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  slot.classify = async (crop) => {
    asked += 1;
    await released;
    return classify(crop);
  };
  await finish(pipeline);
  t.same(
    rows().map(({ label, model }) => [label, model === digest]),
    [
      ['red', false],
      ['blue', true],
    ],
  );
  t.match(counters, { classified: 2, failed: 0 });
});

t.test('with a full disk the state is still told', async (t) => {
  const send = async (sink: FrameSink) => {
    for (const colour of ['red', 'green'] as const) await sink.frame(await frameOf(colour));
  };
  const { pipeline, states } = await create(t, send, { pace: 'every', commits: false });
  await finish(pipeline);
  t.same(
    states.map(({ label }) => label),
    ['red', 'green', null],
    'at the end of the source nothing is known any more',
  );
});
