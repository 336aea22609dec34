import { createHash } from 'node:crypto';
import { type DeviceId, epochMillis, type TaskId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { DatasetStore } from '../../../control-plane/src/datasets/dataset-store.ts';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { removeDeviceSamples } from '../../../control-plane/src/samples/remove-device-samples.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { type Side, sideOfGroup } from '../../../control-plane/src/samples/side.ts';
import { arrival, digest, imported, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const anna = { by: 'token:anna', settles: false };
const CLASSES = ['good', 'bad', 'never'];

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  const now = () => epochMillis(7_000);
  const samples = new SampleStore({ database, now });
  const labels = new LabelStore({ database, now });
  const datasets = new DatasetStore({ database, now });
  let tests = 0;
  const test = (name: string, run: (t: Test, task: TaskId) => Promise<void>) =>
    t.test(`on ${engine}: ${name}`, (t) => run(t, `task-${++tests}` as TaskId));
  const say = (task: TaskId, name: string, label: string, by = anna) =>
    labels.say(task, digest(name), { kind: 'class', class: label }, by);
  const bring = async (task: TaskId, name: string, side: Side, label: string) => {
    await samples.admit(arrival(name, imported({ side }), { task }));
    await say(task, name, label);
  };
  const bringFew = async (task: TaskId) => {
    await bring(task, 'a', 'train', 'good');
    await bring(task, 'b', 'train', 'bad');
    await bring(task, 'c', 'validation', 'good');
    await bring(task, 'd', 'test', 'good');
  };
  const freeze = (task: TaskId, classes = CLASSES) =>
    datasets.freeze({ task, classes, by: 'token:op' });

  test('a version counts what it froze, and its fingerprint can be computed by anyone', async (t, task) => {
    await bringFew(task);
    const version = await freeze(task);
    t.match(version, {
      task,
      number: 1,
      createdBy: 'token:op',
      createdAt: 7000,
      removed: 0,
      classes: ['good', 'bad'],
      counts: {
        train: 2,
        validation: 1,
        test: 1,
        unbiased: 0,
        byClass: {
          good: { train: 1, validation: 1, test: 1 },
          bad: { train: 1, validation: 0, test: 0 },
        },
      },
    });
    const lines = [
      `${digest('a')} train "good"\n`,
      `${digest('b')} train "bad"\n`,
      `${digest('c')} validation "good"\n`,
      `${digest('d')} test "good"\n`,
    ];
    const odd = await freeze(task, [...CLASSES, 'constructor']);
    t.same(odd.classes, ['good', 'bad'], 'whatever the name of a class that nothing has');
    t.equal(version.fingerprint, createHash('sha256').update(lines.sort().join('')).digest('hex'));
  });

  test('a version stays as it is; what is unchanged makes no other', async (t, task) => {
    await bringFew(task);
    const first = await freeze(task);
    t.same(await freeze(task), first);
    await say(task, 'a', 'bad');
    await bring(task, 'e', 'train', 'good');
    const second = await freeze(task);
    t.equal(second.number, 2);
    t.not(second.fingerprint, first.fingerprint);
    t.same(await datasets.view(task, 1), first);
    t.match(await datasets.samples(task, 1, 10, null), { length: 4 });
    t.same(
      (await datasets.list(task, 10, null)).map(({ number }) => number),
      [2, 1],
    );
    t.same(
      (await datasets.list(task, 10, 2)).map(({ number }) => number),
      [1],
    );
  });

  test('what is disputed, none of the classes, skipped or unlabelled is not in it', async (t, task) => {
    await bringFew(task);
    for (const name of ['e', 'f', 'g', 'h', 'i']) {
      await samples.admit(arrival(name, imported({ side: 'train' }), { task }));
    }
    await say(task, 'e', 'good');
    await say(task, 'e', 'bad', { by: 'token:ben', settles: false });
    await labels.say(task, digest('f'), { kind: 'none' }, anna);
    await labels.say(task, digest('g'), { kind: 'skip' }, anna);
    await say(task, 'h', 'a class that the task has no more');
    t.match(await freeze(task), { counts: { train: 2, validation: 1, test: 1 } });
  });

  test('the unbiased test set has only what was drawn at random', async (t, task) => {
    await bringFew(task);
    const inTest = Array.from({ length: 99 }, (_, i) => `${i}`).find(
      (name) => sideOfGroup(digest(name), 'random') === 'test',
    ) as string;
    const random = { unbiased: true, reasons: ['random'], at: 100 };
    await samples.admit(arrival(inTest, sighting(random), { task }));
    await samples.admit(arrival('chosen beside it', sighting({ at: 101 }), { task }));
    await say(task, inTest, 'good');
    await say(task, 'chosen beside it', 'good');
    t.match(await freeze(task), { counts: { train: 2, test: 2, unbiased: 1 } });
    t.same(
      (await datasets.samples(task, 1, 10, null)).filter(({ unbiased }) => unbiased),
      [
        {
          sha256: digest(inTest),
          label: 'good',
          side: 'test',
          unbiased: true,
          device: 'door',
          camera: 'cam0',
          removedAt: null,
        },
      ],
    );
  });

  test('what straddles two sides is not in it', async (t, task) => {
    await bringFew(task);
    await bring(task, 'e', 'train', 'good');
    await database
      .updateTable('samples')
      .set({ straddles: 1 })
      .where('sha256', '=', digest('e'))
      .where('task', '=', task)
      .execute();
    t.match(await freeze(task), { counts: { train: 2 } });
  });

  test('a dataset says when pictures are gone; its fingerprint still holds', async (t, task) => {
    await bringFew(task);
    await samples.admit(arrival('e', sighting({ device: 'gone' }), { task }));
    await say(task, 'e', 'good');
    const before = await freeze(task);
    const parts = { database, now, artifacts: { giveUp: async () => {}, remove: async () => {} } };
    await removeDeviceSamples(parts, 'gone' as DeviceId);
    const present = { ...before.present, good: { train: 1, validation: 1, test: 1 } };
    t.same(before.present, before.counts.byClass);
    t.same(await datasets.view(task, 1), { ...before, removed: 1, present });
    t.same(await datasets.list(task, 10, null), [await datasets.view(task, 1)]);
    const entries = await datasets.samples(task, 1, 10, null);
    t.equal(entries.length, 5);
    t.match(
      entries.find(({ sha256 }) => sha256 === digest('e')),
      { device: 'gone', label: 'good', removedAt: 7000 },
    );
    await samples.admit(arrival('e', sighting({ device: 'back' }), { task }));
    t.match(await datasets.view(task, 1), { removed: 1 }, 'nobody says what it shows');
    await say(task, 'e', 'good');
    t.same(await freeze(task), before, 'all of it is here again: it is no other version');
  });

  test('less than two classes to train are no dataset', async (t, task) => {
    const tooSmall = async (message: RegExp, classes = CLASSES) =>
      t.rejects(freeze(task, classes), { code: 'DATASET_TOO_SMALL', message });
    await tooSmall(/received 0\..* other pictures of good, bad, never\.$/);
    await bring(task, 'a', 'train', 'good');
    await bring(task, 'b', 'test', 'bad');
    const group = await database
      .selectFrom('samples')
      .select('group_id')
      .where('sha256', '=', digest('b'))
      .where('task', '=', task)
      .executeTakeFirstOrThrow();
    await bring(task, 'c', 'test', 'bad');
    const alike = database.updateTable('samples').where('task', '=', task);
    await alike.set(group).where('sha256', '=', digest('c')).execute();
    await tooSmall(/received 1\..*: bad: train 0, validation 0, test 2 in 1; never: train 0,/);
    await tooSmall(/good: train 1 in 1, validation 0, test 0\. .* other pictures of bad, never\.$/);
    await bring(task, 'd', 'train', 'bad');
    await alike.set({ straddles: 1 }).where('sha256', '=', digest('d')).execute();
    await tooSmall(/ 1 is left out that is near to groups of two sides\./);
    await alike.set({ origin: 'chosen' }).where('sha256', '=', digest('c')).execute();
    await tooSmall(/ 1 is left out that was chosen and looks like the test side\./);
    await tooSmall(/Add a class/, ['good']);
    t.same(await datasets.list(task, 10, null), []);
    await t.rejects(datasets.view(task, 1), { code: 'NOT_FOUND' });
  });

  test('a class with nothing to train on is no part of a dataset, and is told', async (t, task) => {
    await bringFew(task);
    await bring(task, 'e', 'validation', 'third');
    await bring(task, 'f', 'test', 'third');
    const classes = ['good', 'bad', 'third', 'never'];
    await t.rejects(freeze(task, classes), {
      code: 'DATASET_TOO_SMALL',
      message:
        /each class on the training side of .*, received none of third\. .*: third: train 0, validation 1 in 1, test 1 in 1; good: .* other pictures of third\.$/,
    });
    await bring(task, 'g', 'train', 'third');
    t.same((await freeze(task, classes)).classes, ['good', 'bad', 'third']);
  });

  test('samples come in pages that meet', async (t, task) => {
    await bringFew(task);
    await freeze(task);
    const all = await datasets.samples(task, 1, 10, null);
    const first = await datasets.samples(task, 1, 3, null);
    const second = await datasets.samples(task, 1, 3, first.at(-1)?.sha256 ?? null);
    t.same([...first, ...second], all);
  });
}
