import { type Bytes, bytes, epochMillis, millis, type TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { measureSampleRemoval } from '../../../control-plane/src/samples/measure-sample-removal.ts';
import { sampleRetention } from '../../../control-plane/src/samples/sample-retention.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';

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
      const givenUp: string[] = [];
      const rule = sampleRetention({
        database,
        bounds: () => ({ age: millis(500), bytes: null }),
        artifacts: {
          async giveUp(digests) {
            if (givenUp.length === 0) {
              givenUp.push(...digests);
              throw new Error('killed');
            }
          },
          remove: async (sha256) => void gone.push(sha256),
        },
      });
      const bounds = { age: millis(500), bytes: null };
      t.same(
        await measureSampleRemoval(database, bounds, now()),
        { removed: { count: 2, bytes: 2000 }, kept: { count: 2, bytes: 2000 } },
        'which is foretold',
      );
      await t.rejects(rule.removeSome(now()), { message: 'killed' });
      t.equal((await left()).length, 5, 'no row goes before its file is marked');
      t.equal(await rule.removeSome(now()), 2);
      t.same(gone, [digest('skipped'), digest('old')]);
      t.same(givenUp, gone);
      t.same(await left(), ['labelled', 'leased', 'young'].map(digest));
      t.equal(await rule.removeSome(now()), 0);
    },
  );

  t.test(`on ${engine}: what is too much goes, the oldest first`, async (t) => {
    let most: Bytes | null = bytes(3000);
    const bounds = () => ({ age: null, bytes: most });
    const rule = sampleRetention({
      database,
      bounds,
      artifacts: { giveUp: async () => {}, remove: async () => {} },
    });
    t.equal(await rule.removeSome(now()), 0);
    most = null;
    t.equal(await rule.removeSome(now()), 0);
    most = bytes(2999);
    t.equal(await rule.removeSome(now()), 1, 'as the bound is now');
    t.same(await left(), ['labelled', 'leased'].map(digest));
  });

  t.test(
    `on ${engine}: what would go is what goes, whatever the bounds`,
    ofManyCommits(),
    async (t) => {
      for (let n = 0; n < 250; n++) {
        time = 10_000 + n;
        await samples.admit(arrival(`many ${n}`, sighting(), { task }));
      }
      const count = async () => (await left()).length;
      for (const [age, most] of [
        [null, null],
        [millis(245), null],
        [millis(240), bytes(240_000)],
        [millis(10), bytes(130_000)],
        [null, bytes(0)],
      ] as const) {
        const bounds = { age, bytes: most };
        const { removed, kept } = await measureSampleRemoval(database, bounds, now());
        const before = await count();
        const rule = sampleRetention({
          database,
          bounds: () => bounds,
          artifacts: { giveUp: async () => {}, remove: async () => {} },
        });
        for (let some = 1; some > 0; ) some = await rule.removeSome(now());
        const gone = before - (await count());
        t.same(removed, { count: gone, bytes: 1000 * gone }, `${age} ms, ${most} bytes`);
        t.same(kept, { count: 1, bytes: 1000 });
      }
      t.same(await left(), [digest('labelled')], 'what has a label stays, however little may');
    },
  );
}
