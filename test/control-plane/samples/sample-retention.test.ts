import { bytes, epochMillis, millis, type TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { sampleRetention } from '../../../control-plane/src/samples/sample-retention.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const task = 'parts' as TaskId;

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  let time = 0;
  const now = () => epochMillis(time);
  const samples = new SampleStore({ database, now });
  const labels = new LabelStore({ database, now });
  const left = async () =>
    (await database.selectFrom('samples').select('sha256').orderBy('id').execute()).map(
      ({ sha256 }) => sha256,
    );

  t.test(
    `on ${engine}: what nobody labelled goes when it is old; what has a label stays`,
    async (t) => {
      for (const name of ['labelled', 'skipped', 'leased', 'old']) {
        await samples.admit(arrival(name, sighting(), { task }));
      }
      await labels.say(task, digest('labelled'), { kind: 'none' }, { by: 'a', settles: false });
      await labels.say(task, digest('skipped'), { kind: 'skip' }, { by: 'a', settles: false });
      await labels.undo(task, { by: 'a', settles: false });
      await database
        .updateTable('samples')
        .set({ leased_by: null, leased_until: null })
        .where('sha256', '=', digest('skipped'))
        .execute();
      await database
        .updateTable('samples')
        .set({ leased_by: 'a', leased_until: epochMillis(2000) })
        .where('sha256', '=', digest('leased'))
        .execute();
      time = 1000;
      await samples.admit(arrival('young', sighting(), { task }));
      const gone: string[] = [];
      const rule = sampleRetention({
        ...{ database, age: millis(500), bytes: null },
        removePicture: async (sha256) => void gone.push(sha256),
      });
      t.equal(await rule.removeSome(now()), 2);
      t.same(gone, [digest('skipped'), digest('old')]);
      t.same(await left(), ['labelled', 'leased', 'young'].map(digest));
      t.equal(await rule.removeSome(now()), 0);
    },
  );

  t.test(`on ${engine}: what is too much goes, the oldest first`, async (t) => {
    const parts = { database, age: null, removePicture: async () => {} };
    t.equal(await sampleRetention({ ...parts, bytes: bytes(3000) }).removeSome(now()), 0);
    t.equal(await sampleRetention({ ...parts, bytes: null }).removeSome(now()), 0);
    const rule = sampleRetention({ ...parts, bytes: bytes(2999) });
    t.equal(await rule.removeSome(now()), 1);
    t.same(await left(), ['labelled', 'leased'].map(digest));
  });
}
