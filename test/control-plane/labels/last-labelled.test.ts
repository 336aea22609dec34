import { epochMillis, type TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { lastLabelled } from '../../../control-plane/src/labels/last-labelled.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, imported } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const anna = { by: 'token:anna', settles: false };
const good = { kind: 'class', class: 'good' } as const;

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: what was labelled last is so by the order of saying`, async (t) => {
    const database = await open(t);
    const clock = { at: 1_000_000 };
    const now = () => epochMillis(clock.at);
    const samples = new SampleStore({ database, now });
    const labels = new LabelStore({ database, now });
    const task = 'parts' as TaskId;
    const last = async (most: number) => {
      const rows = await lastLabelled(database, task, most).select('samples.sha256').execute();
      return rows.map(({ sha256 }) => sha256);
    };
    for (const one of ['a', 'b', 'c', 'd']) {
      await samples.admit(arrival(one, imported({ side: 'train' }), { task }));
    }
    clock.at += 3_600_000;
    await labels.say(task, digest('a'), good, anna);
    // It was ahead, and was set.
    clock.at -= 3_600_000;
    await labels.say(task, digest('b'), good, anna);
    await labels.say(task, digest('c'), good, anna);
    await labels.say(task, digest('d'), { kind: 'skip' }, anna);
    t.same(await last(2), [digest('c'), digest('b')]);
    await labels.say(task, digest('a'), { kind: 'none' }, anna);
    t.same(await last(9), [digest('a'), digest('c'), digest('b')], 'each once');
    await labels.undo(task, anna);
    await labels.undo(task, anna);
    await labels.undo(task, anna);
    t.same(await last(9), [digest('a'), digest('b')], 'what was taken back is no label');
  });
}
