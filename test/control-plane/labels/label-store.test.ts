import { epochMillis, type TaskId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { LabelQueue } from '../../../control-plane/src/labels/label-queue.ts';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const anna = { by: 'token:anna', settles: false };
const ben = { by: 'token:ben', settles: false };
const operator = { by: 'token:op', settles: true };
const good = { kind: 'class', class: 'good' } as const;
const bad = { kind: 'class', class: 'bad' } as const;

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  let time = 1_000_000;
  const now = () => epochMillis(time);
  const samples = new SampleStore({ database, now });
  const labels = new LabelStore({ database, now });
  const queue = new LabelQueue({ database, now, drifting: () => [] });
  let tests = 0;
  const test = (name: string, run: (t: Test, task: TaskId) => Promise<void>) =>
    t.test(`on ${engine}: ${name}`, (t) => run(t, `task-${++tests}` as TaskId));
  const admit = (task: TaskId, ...names: string[]) =>
    Promise.all(names.map((name) => samples.admit(arrival(name, sighting(), { task }))));
  const take = async (task: TaskId, by: string, limit = 10) =>
    (await queue.take(task, by, limit)).map(({ sha256 }) => sha256);

  test('who labelled what when is kept; the label follows', async (t, task) => {
    await admit(task, 'a');
    const said = await labels.say(task, digest('a'), good, anna);
    t.match(said, {
      label: { state: 'class', class: 'good' },
      event: { by: 'token:anna', at: time },
    });
    t.match(await labels.say(task, digest('a'), bad, ben), { label: { state: 'disputed' } });
    t.match(await labels.say(task, digest('a'), { kind: 'none' }, operator), {
      label: { state: 'none' },
    });
    t.match(await labels.history(task, digest('a')), [
      { kind: 'class', class: 'good', by: 'token:anna' },
      { kind: 'class', class: 'bad', by: 'token:ben' },
      { kind: 'none', by: 'token:op', settles: true },
    ]);
  });

  test('undo takes back what oneself said last, step by step', async (t, task) => {
    await admit(task, 'a', 'b');
    await labels.say(task, digest('a'), good, anna);
    await labels.say(task, digest('b'), bad, anna);
    await labels.say(task, digest('b'), bad, ben);
    t.match(await labels.undo(task, anna), {
      sha256: digest('b'),
      label: { state: 'class', class: 'bad' },
    });
    t.match(await labels.undo(task, anna), { sha256: digest('a'), label: { state: 'unlabelled' } });
    t.equal(await labels.undo(task, anna), null);
    t.same(
      (await labels.history(task, digest('a'))).map(({ kind }) => kind),
      ['class', 'undo'],
    );
  });

  test('what is taken back is the same person’s to label', async (t, task) => {
    await admit(task, 'a');
    await labels.say(task, digest('a'), good, anna);
    await labels.undo(task, anna);
    t.same(await take(task, ben.by), []);
    t.same(await take(task, anna.by), [digest('a')]);
  });

  test('an import speaks only where nobody has', async (t, task) => {
    await admit(task, 'a');
    t.equal(await labels.sayIfUnlabelled(task, digest('a'), good, anna), 'said');
    t.same(await labels.sayIfUnlabelled(task, digest('a'), bad, ben), {
      state: 'class',
      class: 'good',
    });
  });

  test('undo leaves what an import brought', async (t, task) => {
    await admit(task, 'a', 'b');
    await labels.say(task, digest('a'), good, anna);
    await labels.sayIfUnlabelled(task, digest('b'), good, anna);
    t.match(await labels.undo(task, anna), { sha256: digest('a') });
    t.equal(await labels.undo(task, anna), null);
    t.equal((await labels.history(task, digest('b'))).length, 1);
  });

  test('a sample that is not there can not be labelled', async (t, task) => {
    await t.rejects(labels.say(task, digest('a'), good, anna), { code: 'NOT_FOUND' });
    await t.rejects(labels.history(task, digest('a')), { code: 'NOT_FOUND' });
  });

  test('two persons never get the same picture', async (t, task) => {
    await admit(task, 'a', 'b', 'c', 'd', 'e');
    const taken = await Promise.all(
      Array.from({ length: 4 }, (_, i) => take(task, `token:${i}`, 2)),
    );
    t.same(taken.map(({ length }) => length).sort(), [0, 1, 2, 2]);
    t.equal(new Set(taken.flat()).size, 5);
  });

  test('asking again gives what is held already', async (t, task) => {
    await admit(task, 'a', 'b', 'c', 'd');
    const first = await take(task, anna.by, 2);
    t.same(await take(task, anna.by, 2), first);
    t.same((await take(task, anna.by, 3)).slice(0, 2), first);
  });

  test('what is left lying is free after five minutes, and at once when given back', async (t, task) => {
    await admit(task, 'a');
    t.equal((await take(task, anna.by)).length, 1);
    time += 299_000;
    t.same(await take(task, ben.by), []);
    time += 2_000;
    t.same(await take(task, ben.by), [digest('a')]);
    await queue.release(task, ben.by);
    t.same(await take(task, anna.by), [digest('a')]);
  });

  test('what was skipped comes back to others, not to the same person', async (t, task) => {
    await admit(task, 'a');
    await take(task, anna.by);
    await labels.say(task, digest('a'), { kind: 'skip' }, anna);
    t.same(await take(task, anna.by), []);
    t.same(await take(task, ben.by), [digest('a')]);
    await queue.release(task, ben.by);
    await labels.undo(task, anna);
    t.same(await take(task, anna.by), [digest('a')], 'after an undo it does');
  });

  test('a dispute comes first, to a third person', async (t, task) => {
    await admit(task, 'a', 'b', 'c');
    await labels.say(task, digest('b'), good, anna);
    await labels.say(task, digest('b'), bad, ben);
    t.notOk((await take(task, anna.by)).includes(digest('b')));
    await queue.release(task, anna.by);
    t.equal((await take(task, 'token:cleo', 1))[0], digest('b'));
    await labels.say(task, digest('b'), good, { by: 'token:cleo', settles: false });
    t.notOk((await take(task, 'token:dan')).includes(digest('b')));
  });
}
