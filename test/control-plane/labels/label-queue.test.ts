import { type DeviceId, epochMillis, type TaskId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { LabelQueue } from '../../../control-plane/src/labels/label-queue.ts';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import type { Drifting } from '../../../control-plane/src/labels/read-candidates.ts';
import { packEmbedding } from '../../../control-plane/src/samples/embedding/packed-embedding.ts';
import { removeDeviceSamples } from '../../../control-plane/src/samples/remove-device-samples.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, imported, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';

const DAY = 24 * 3600;
const anna = { by: 'token:anna', settles: false };
const ben = { by: 'token:ben', settles: false };
const good = { kind: 'class', class: 'good' } as const;
const sure = { scores: { good: 0.99, bad: 0.01 } };
const unsure = { scores: { good: 0.51, bad: 0.49 } };

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  let time = 10 * DAY * 1000;
  const now = () => epochMillis(time);
  let drifting: readonly Drifting[] = [];
  const samples = new SampleStore({ database, now });
  const labels = new LabelStore({ database, now });
  const queue = new LabelQueue({ database, now, drifting: () => drifting });
  let tests = 0;
  const test = (name: string, run: (t: Test, task: TaskId) => Promise<void>, options = {}) =>
    t.test(`on ${engine}: ${name}`, options, (t) => run(t, `task-${++tests}` as TaskId));
  type SightingFields = Parameters<typeof sighting>[0];
  const admit = (task: TaskId, name: string, seen: SightingFields) =>
    samples.admit(arrival(name, sighting(seen), { task }));
  const take = async (task: TaskId, by: string, limit = 10) =>
    (await queue.take(task, by, limit)).map(({ sha256 }) => sha256);
  const names = (task: TaskId, by = anna.by) => take(task, by);
  const digests = (...all: string[]) => all.map(digest);

  /** As many unsure samples as no queue ranks, at once. */
  async function crowd(task: TaskId, count: number): Promise<void> {
    await admit(task, `first of ${task}`, unsure);
    const { id: _, ...first } = await database
      .selectFrom('samples')
      .selectAll()
      .where('task', '=', task)
      .executeTakeFirstOrThrow();
    for (let from = 0; from < count; from += 500) {
      const rows = Array.from({ length: 500 }, (_, i) => digest(`${task} ${from + i}`));
      await database
        .insertInto('samples')
        .values(rows.map((sha256) => ({ ...first, sha256, group_id: sha256 })))
        .execute();
    }
  }

  test(
    'random samples, those that no model saw and those of drift are not crowded out',
    async (t, task) => {
      await crowd(task, 1_500);
      const random = { ...sure, unbiased: true, reasons: ['random'] };
      await admit(task, 'random', random);
      await samples.admit(arrival('imported', imported(), { task }));
      await admit(task, 'drifted', { ...sure, device: 'gate', at: time / 1000 });
      drifting = [{ task, device: 'gate' as DeviceId }];
      const taken = await take(task, anna.by, 50);
      t.equal(taken[3], digest('random'));
      t.equal(taken.length, 50);
      await queue.release(task, anna.by);
      const many = await take(task, ben.by, 2_000);
      t.ok(many.includes(digest('imported')));
      t.ok(many.includes(digest('drifted')));
    },
    ofManyCommits(),
  );

  test('what a device took since its scores drifted comes earlier', async (t, task) => {
    const at = time / 1000;
    const other = 'another' as TaskId;
    await admit(task, 'elsewhere', { ...sure, device: 'door', at });
    await admit(task, 'before', { ...sure, device: 'gate', at: at - 2 * DAY });
    await admit(task, 'of late', { ...sure, device: 'gate', at: at - 3600 });
    drifting = [{ task: other, device: 'door' as DeviceId }];
    t.same(await names(task), digests('elsewhere', 'before', 'of late'));
    await queue.release(task, anna.by);
    drifting = [{ task, device: 'gate' as DeviceId }];
    t.same(await names(task), digests('of late', 'elsewhere', 'before'));
    time += 2 * DAY * 1000;
    t.same(await names(task), digests('elsewhere', 'before', 'of late'), 'a day later it is past');
    drifting = [];
  });

  const embedding = (...values: number[]) => packEmbedding(values);
  /** Two heaps: a1, a2, a3 look alike, b1 and b2 do. */
  async function heaps(task: TaskId, model = digest('model')): Promise<void> {
    for (const [i, name] of ['a1', 'a2', 'a3', 'b1', 'b2'].entries()) {
      const values = name.startsWith('a') ? [1, i / 50, 0, 0] : [0, 0, 1, i / 50];
      await admit(task, name, { ...unsure, model, embedding: embedding(...values) });
    }
  }

  test('look-alikes of what comes before come later', async (t, task) => {
    await heaps(task);
    const [first, second] = await names(task);
    t.equal(first, digest('a1'));
    t.ok(digests('b1', 'b2').includes(second as never));
  });

  test('look-alikes of what was labelled, or another person looks at, come later', async (t, task) => {
    await heaps(task);
    await labels.say(task, digest('a1'), good, anna);
    t.ok(digests('b1', 'b2').includes((await take(task, anna.by, 1))[0] as never));
    await queue.release(task, anna.by);
    await labels.undo(task, anna);
    t.same(await take(task, anna.by, 1), digests('a1'));
    t.ok(digests('b1', 'b2').includes((await take(task, ben.by, 1))[0] as never));
    await queue.release(task, anna.by);
    await queue.release(task, ben.by);
    t.same(await take(task, ben.by, 1), digests('a1'), 'nobody holds any');
  });

  test('what another model made of a sample is not compared', async (t, task) => {
    await heaps(task);
    const another = { ...unsure, model: digest('another') };
    await admit(task, 'of another', { ...another, embedding: embedding(1, 0, 0, 0) });
    await labels.say(task, digest('of another'), good, anna);
    t.equal((await names(task))[0], digest('a1'));
    await queue.release(task, anna.by);
    await admit(task, 'of another', { ...unsure, embedding: embedding(1, 0, 0, 0) });
    t.not((await names(task))[0], digest('a1'), 'the newest model’s word counts');
  });

  test('without embeddings the longest here goes first', async (t, task) => {
    for (const name of ['a', 'b', 'c']) await admit(task, name, unsure);
    t.same(await names(task), digests('a', 'b', 'c'));
  });

  test('an embedding goes with its sample', async (t, task) => {
    const rows = () => database.selectFrom('sample_embeddings').select('sample_id').execute();
    const before = await rows();
    await admit(task, 'kept', { ...unsure, device: 'leaving', embedding: embedding(1, 2) });
    t.equal((await rows()).length, before.length + 1);
    const artifacts = { giveUp: async () => {}, remove: async () => {} };
    await removeDeviceSamples({ database, now, artifacts }, 'leaving' as DeviceId);
    t.same(await rows(), before);
  });
}
