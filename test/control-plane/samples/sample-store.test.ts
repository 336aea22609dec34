import type { Look } from '@edgeloop/imaging';
import { type DeviceId, epochMillis, seededRandom, type TaskId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { lookDistance } from '../../../control-plane/src/samples/look.ts';
import { removeDeviceSamples } from '../../../control-plane/src/samples/remove-device-samples.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { type Side, sideOfGroup } from '../../../control-plane/src/samples/side.ts';
import { arrival, digest, imported, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';

const PARTS = 'parts' as TaskId;
const DOORS = 'doors' as TaskId;

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  const now = () => epochMillis(5_000);
  const samples = new SampleStore({ database, now });
  const row = (name: string) =>
    database
      .selectFrom('samples')
      .selectAll()
      .where('sha256', '=', digest(name))
      .executeTakeFirstOrThrow();
  const count = async (table: 'samples' | 'sightings' | 'looks') =>
    (await database.selectFrom(table).selectAll().execute()).length;
  const test = (name: string, run: (t: Test) => Promise<void>, options = {}) =>
    t.test(`on ${engine}: ${name}`, options, async (t) => {
      for (const table of ['sightings', 'looks', 'samples'] as const) {
        await database.deleteFrom(table).execute();
      }
      await run(t);
    });

  test('identical bytes are one sample, seen as often as it was seen', async (t) => {
    const first = await samples.admit(arrival('a', sighting({ device: 'door', at: 100 })));
    const again = await samples.admit(arrival('a', sighting({ device: 'gate', at: 900 })));
    t.same([first.isNew, again.isNew, again.id === first.id], [true, false, true]);
    t.equal(await samples.sight(PARTS, digest('a'), sighting({ at: 950 })), true);
    t.equal(await samples.sight(PARTS, digest('b'), sighting({ at: 950 })), false);
    t.same([await count('samples'), await count('sightings')], [1, 3]);
  });

  test('what a device tells twice is seen once', async (t) => {
    await samples.admit(arrival('a', sighting({ at: 100 })));
    await samples.admit(arrival('a', sighting({ at: 100 })));
    await samples.admit(arrival('b', imported()));
    await samples.admit(arrival('b', imported()));
    t.equal(await count('sightings'), 2);
  });

  test('each task has its own', async (t) => {
    await samples.admit(arrival('a'));
    await samples.admit(arrival('a', sighting(), { task: DOORS }));
    t.equal(await count('samples'), 2);
  });

  test('the model is unsure of what it is unsure of', async (t) => {
    await samples.admit(arrival('a', sighting({ scores: { good: 0.6, bad: 0.4 } })));
    await samples.admit(arrival('b', imported()));
    t.match(await row('a'), { guess: 'good', origin: 'chosen' });
    t.equal((await row('a')).uncertainty?.toFixed(3), '0.800');
    t.match(await row('b'), { guess: null, uncertainty: null, origin: 'imported' });
  });

  const LOOK = '00ff00ff00ff00ff';
  const ALIKE = '00ff00ff00ff00f8';
  const UNLIKE = '00ff00ff00ff00f0';
  for (const [name, second, together] of [
    ['look-alikes of one device', { look: ALIKE, seen: { at: 90_000 } }, true],
    ['what looks otherwise', { look: UNLIKE, seen: { at: 90_000 } }, false],
    ['look-alikes of two devices', { look: ALIKE, seen: { at: 90_000, device: 'gate' } }, false],
    ['samples within ten seconds', { look: UNLIKE, seen: { at: 110 } }, true],
    ['samples within ten seconds, the later first', { look: UNLIKE, seen: { at: 90 } }, true],
    ['those of two cameras, too', { look: UNLIKE, seen: { at: 110, camera: 'cam1' } }, true],
    ['those of two devices not', { look: UNLIKE, seen: { at: 110, device: 'gate' } }, false],
    ['samples of one burst', { look: UNLIKE, seen: { at: 500, burst: 'b1' } }, true],
  ] as const) {
    test(`${name} are ${together ? '' : 'not '}of one group`, async (t) => {
      const seen = { unbiased: true, reasons: ['random'] };
      await samples.admit(
        arrival('a', sighting({ ...seen, at: 100, burst: 'b1' }), { look: LOOK }),
      );
      const { look, seen: other } = second;
      await samples.admit(arrival('b', sighting({ ...seen, ...(other as object) }), { look }));
      const [a, b] = [await row('a'), await row('b')];
      t.equal(a.group_id, digest('a'));
      t.equal(b.group_id, together ? digest('a') : digest('b'));
      t.same(
        [a.side, b.side],
        [a.group_id, b.group_id].map((group) => sideOfGroup(group, 'random')),
      );
    });
  }

  /** A name whose group falls on a side. */
  const named = (side: Side) => {
    for (let i = 0; ; i++) if (sideOfGroup(digest(`${i}`), 'random') === side) return `${i}`;
  };
  const random = { unbiased: true, reasons: ['random'] };

  test('what is near to two sides is on none', async (t) => {
    const [left, right] = [named('test'), named('validation')];
    await samples.admit(arrival(left, sighting({ ...random, at: 100 }), { look: LOOK }));
    await samples.admit(arrival(right, sighting({ ...random, at: 900 }), { look: UNLIKE }));
    await samples.admit(arrival('between', sighting({ ...random, at: 905 }), { look: ALIKE }));
    t.match(await row('between'), { straddles: 1 });
    t.match(await row(left), { straddles: 0 });
    // It is in no dataset: what is near to it alone is free.
    await samples.admit(arrival('beside', sighting({ ...random, at: 914 })));
    t.match(await row('beside'), { straddles: 0, group_id: digest('beside') });
  });

  test('seen by another device, it may come to straddle; its side stays', async (t) => {
    const [left, right] = [named('test'), named('validation')];
    await samples.admit(arrival(left, sighting({ ...random, at: 100 })));
    await samples.admit(arrival(right, sighting({ ...random, device: 'gate', at: 100 })));
    await samples.admit(arrival(left, sighting({ ...random, device: 'gate', at: 104 })));
    t.match(await row(left), { straddles: 1, side: 'test' });
    t.match(await row(right), { straddles: 0, side: 'validation' });
  });

  test('an import says on which side it was', async (t) => {
    for (const side of ['train', 'validation', 'test'] as const) {
      await samples.admit(arrival(side, imported({ side })));
      t.equal((await row(side)).side, side);
    }
  });

  test('a device goes with what it alone saw', async (t) => {
    for (let i = 0; i < 120; i++) await samples.admit(arrival(`door ${i}`));
    await samples.admit(arrival('shared'));
    await samples.admit(arrival('shared', sighting({ device: 'gate' })));
    await samples.admit(arrival('door 1', sighting(), { task: DOORS }));
    await samples.admit(arrival('door 2', imported(), { task: DOORS }));
    const gone: string[] = [];
    const givenUp: string[] = [];
    const uploading = () => database.selectFrom('sample_uploads').select('upload').execute();
    const upload = { upload: 'u' as never, task: DOORS, site: 'works' as never, record: '{}' };
    const pending = { ...upload, device: 'door' as DeviceId, begun_at: epochMillis(1) };
    await database.insertInto('sample_uploads').values(pending).execute();
    const artifacts = {
      giveUp: async (digests: readonly string[]) => void givenUp.push(...digests),
      async remove(sha256: string) {
        if (gone.length === 0) t.same(await uploading(), [], 'what comes meanwhile is no sample');
        gone.push(sha256);
      },
    };
    const remove = (device: string) =>
      removeDeviceSamples({ database, now, artifacts }, device as DeviceId);
    t.equal(await remove('door'), 121);
    t.equal(gone.length, 119, 'a picture that another task has stays');
    t.same(givenUp, gone, 'a kill in between leaves no file that nothing knows of');
    t.notOk(gone.includes(digest('shared')) || gone.includes(digest('door 2')));
    t.same([await count('samples'), await count('sightings'), await count('looks')], [2, 2, 1]);
    t.equal(await remove('door'), 0, 'again: nothing more');
  });

  test(
    'whatever comes in whatever order, no two that are near stand on two sides',
    async (t) => {
      const random = seededRandom(5);
      const seen: { name: string; device: string; at: number; look: string }[] = [];
      for (let i = 0; i < 250; i++) {
        // Few bits and few minutes: many are near, in chains, too.
        const look = (random.next() * 0xffff)
          .toString(16)
          .split('.')[0]
          ?.padStart(16, '0') as string;
        const one = {
          name: `${Math.floor(random.next() * 220)}`,
          look,
          device: random.chance(0.5) ? 'door' : 'gate',
          at: Math.floor(random.next() * 4000),
        };
        const { look: known = look } = seen.find(({ name }) => name === one.name) ?? {};
        seen.push({ ...one, look: known });
        const unbiased = random.chance(0.7);
        await samples.admit(
          arrival(one.name, sighting({ device: one.device, at: one.at, unbiased }), {
            look: known,
          }),
        );
      }
      const rows = await database.selectFrom('samples').selectAll().execute();
      const byDigest = new Map(rows.map((row) => [row.sha256, row]));
      const counts = { near: 0, wrong: 0 };
      for (const [i, a] of seen.entries()) {
        for (const b of seen.slice(0, i)) {
          const near =
            Math.abs(a.at - b.at) <= 10 || lookDistance(a.look as Look, b.look as Look) <= 3;
          const [left, right] = [a, b].map(({ name }) => byDigest.get(digest(name)));
          if (!near || a.device !== b.device || left?.straddles || right?.straddles) continue;
          counts.near += 1;
          if (left?.side !== right?.side) counts.wrong += 1;
        }
      }
      t.equal(counts.wrong, 0);
      t.ok(counts.near > 100, `${counts.near} pairs are near`);
      const sides = new Set(rows.filter(({ straddles }) => !straddles).map(({ side }) => side));
      t.equal(sides.size, 3);
    },
    ofManyCommits(),
  );
}
