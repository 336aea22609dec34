import t from 'tap';
import type { Frame, FrameSink } from '../../../agent/src/camera/frame.ts';
import { createPipeline as create, finish, frameOf, OCCURRENCES } from '../stand/pipeline-stand.ts';

t.test('where nothing moves nothing is decided, and that is no standstill', async (t) => {
  let progress = 0;
  const send = async (sink: FrameSink) => {
    await sink.frame(await frameOf('red'));
    ({ progressAt: progress } = pipeline.progress);
    for (let i = 0; i < 3; i++) await sink.frame(await frameOf('green'));
    t.ok(pipeline.progress.progressAt > progress);
    t.equal(pipeline.progress.waitingSince, null);
    await sink.frame(await frameOf('blue'));
    ({ progressAt: progress } = pipeline.progress);
    await sink.frame(await frameOf('green'));
    t.equal(pipeline.progress.progressAt, progress, 'of a model that failed it says nothing');
    t.not(pipeline.progress.waitingSince, null);
  };
  let seen = 0;
  const moves = [true, false, false, false, true, false];
  const look = {
    at: async (frame: Frame) => (moves[seen++] ? { whole: frame, cut: frame } : null),
  };
  const fails = (call: number) => call === 1;
  const { pipeline, counters, labels } = await create(t, send, { pace: 'every', look, fails });
  await finish(pipeline);
  t.same(labels(), ['red']);
  t.match(counters, { captured: 6, classified: 1, failed: 1, still: 4 });
});

t.test('the model and samples get the part that is looked at, people the whole', async (t) => {
  const send = async (sink: FrameSink) => sink.frame(await frameOf('red'));
  const look = {
    at: async (frame: Frame) => ({ whole: frame, cut: await frameOf('blue') }),
  };
  const { pipeline, labels, sampled, pictured } = await create(t, send, { pace: 'every', look });
  await finish(pipeline);
  t.same(labels(), ['blue']);
  t.same(sampled[0]?.frame.image, (await frameOf('blue')).image);
  t.same(pictured[0]?.view.whole.image, (await frameOf('red')).image);
  t.same(pictured[0]?.view.cut.image, (await frameOf('blue')).image, 'for who labels it');
});

t.test('a camera that is switched off ends what is open, and is no problem', async (t) => {
  const send = async (sink: FrameSink) => {
    for (let i = 0; i < 3; i++) await sink.frame(await frameOf('red'));
    pipeline.rest(true);
    t.equal(pipeline.progress.resting, true);
    await sink.frame(await frameOf('red'));
    t.same(
      rows().map(({ type }) => type),
      ['new', 'end'],
    );
    pipeline.rest(false);
    for (let i = 0; i < 2; i++) await sink.frame(await frameOf('red'));
  };
  const decide = OCCURRENCES;
  const { pipeline, rows, counters } = await create(t, send, { pace: 'every', decide });
  await finish(pipeline);
  t.same(
    rows().map(({ type, frames }) => [type, frames]),
    [
      ['new', 2],
      ['end', 3],
      ['new', 2],
      ['end', 2],
    ],
  );
  t.match(counters, { classified: 5, resting: false });
});
