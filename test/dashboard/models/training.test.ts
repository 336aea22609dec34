import t from 'tap';
import {
  jobInWords,
  shareDone,
} from '../../../control-plane/dashboard/src/models/jobs/job-words.ts';
import { beginOptions } from '../../../control-plane/dashboard/src/models/train/begin-options.ts';
import { trainersInWords } from '../../../control-plane/dashboard/src/models/train/trainers-in-words.ts';
import {
  effortOf,
  estimateMillis,
  picturesNow,
} from '../../../control-plane/dashboard/src/models/train/training-estimate.ts';

t.test('how long a training may take goes with what is seen of pictures', async (t) => {
  const last = { effort: effortOf({ epochs: 10, size: 64 }, 400), millis: 60_000 };
  const estimate = (epochs: number, size: number, pictures: number) =>
    Math.round(estimateMillis(effortOf({ epochs, size }, pictures), last));
  t.equal(estimate(10, 64, 400), 60_000, 'the same again');
  t.equal(estimate(20, 64, 800), 240_000);
  t.equal(estimate(10, 128, 400), 240_000, 'four times the area');
  t.same(effortOf({}, 5), { pictures: 5, epochs: 20, size: 224 }, "the trainer's defaults");
  t.equal(estimateMillis(last.effort, { effort: effortOf({}, 0), millis: 9 }), 9);
});

t.test('what is labelled now is more than what was frozen last', async (t) => {
  const frozen = { train: 80, validation: 10, test: 10 };
  t.equal(picturesNow(1000, frozen), 800);
  t.equal(picturesNow(100, frozen), 80);
  t.equal(picturesNow(100, undefined), 100, 'before the first version');
  t.equal(picturesNow(7, { train: 0, validation: 0, test: 0 }), 7);
});

t.test('how far a job is', async (t) => {
  const progress = {
    phase: 'Training',
    loss: 1,
    accuracy: 1,
    imagesPerSecond: null,
    secondsLeft: null,
  };
  // Steps count over the whole training: of ten epochs of four, the second begins with the fifth.
  const at = (epoch: number | null, step: number | null) =>
    shareDone({ ...progress, epoch, step, epochs: epoch && 10, steps: step === null ? null : 40 });
  t.equal(at(1, 2), 0.05);
  t.equal(at(2, 5), 0.125);
  t.equal(at(10, 40), 1);
  t.equal(at(null, null), null);
  t.equal(shareDone(null), null);
});

t.test('a job that ended well is not yet a candidate', async (t) => {
  const words = (more: object) =>
    jobInWords({ state: 'succeeded', candidate: true, notBefore: null, ...more } as never);
  t.match(words({}), { kind: 'good', text: 'passed the gate' });
  t.match(words({ candidate: false }), { kind: 'warn', text: 'not let through by the gate' });
  t.match(words({ state: 'queued', notBefore: 'x' }), { kind: 'warn', text: 'tries again later' });
});

t.test('whether anybody would take the job', async (t) => {
  const trainer = (name: string, more: object = {}) => ({
    trainer: name,
    has: { gpu: false, memoryBytes: 8 },
    askedAt: null,
    job: null,
    ...more,
  });
  const any = { gpu: false, memoryBytes: 4 };
  const words = (trainers: readonly object[], requires = any) =>
    trainersInWords(trainers as never, requires);
  t.match(words([trainer('a')]), { kind: 'good', start: false, text: 'a waits for a job.' });
  t.match(words([trainer('a'), trainer('b')]), { text: 'a and 1 more wait for a job.' });
  t.match(words([trainer('a', { job: 'x' })]), { kind: 'warn', text: /at another job/ });
  t.match(words([trainer('a', { job: 'x' }), trainer('b')]), { text: 'b waits for a job.' });
  t.match(words([]), { kind: 'bad', start: true, text: /No trainer asks for jobs/ });
  const needsGpu = { gpu: true, memoryBytes: 4 };
  t.match(words([trainer('a')], needsGpu), { kind: 'bad', start: true, text: /the GPU/ });
  const needsMemory = { gpu: false, memoryBytes: 9 };
  t.match(words([trainer('a')], needsMemory), { kind: 'bad', text: /the memory/ });
});

t.test('a training may begin with the champion, with weights of ImageNet, or anew', async (t) => {
  const of = (init: NonNullable<Parameters<typeof beginOptions>[0]>['init']) =>
    beginOptions({ init }).map(({ label, init }) => [label, init]);
  const champion = "The champion's weights; random ones where there is none";
  const imageNet = (name: string) => [`ImageNet weights (${name})`, { kind: 'weights', name }];
  const random = ['Random weights: it learns all anew', { kind: 'random' }];
  const all = [imageNet('resnet18'), imageNet('resnet18.a1_in1k'), random];
  t.same(of('champion'), [[champion, undefined], ...all], 'first as the settings say');
  t.same(of({ kind: 'weights', name: 'resnet18' }), [
    ['ImageNet weights (resnet18)', undefined],
    [champion, 'champion'],
    ...all.slice(1),
  ]);
  t.same(of({ kind: 'weights', name: 'own' })[0], ['The weights own', undefined]);
  t.equal(beginOptions(undefined).length, 4, 'also before the settings were read');
  t.match(beginOptions(undefined)[1]?.hint, /edgeloop-trainer weights fetch resnet18$/);
});
