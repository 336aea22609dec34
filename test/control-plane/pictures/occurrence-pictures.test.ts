import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, epochMillis, millis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { commonLevel } from '../../../control-plane/src/pictures/common-level.ts';
import { measurePictureRemoval } from '../../../control-plane/src/pictures/measure-picture-removal.ts';
import { OccurrencePictures } from '../../../control-plane/src/pictures/occurrence-pictures.ts';
import { PictureFiles } from '../../../control-plane/src/pictures/picture-files.ts';
import { PictureNews } from '../../../control-plane/src/pictures/picture-news.ts';
import { DATABASES } from '../stand/databases.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';

const CAMERA = parseId('camera', 'cam0');
const occurrence = (n: number) =>
  parseId('occurrence', `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`);

for (const { name, open } of DATABASES) {
  t.test(`${name}: the oldest thumbnails go, by age and by bytes`, async (t) => {
    const database = await open(t);
    const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const files = new PictureFiles(folder);
    await files.start();
    let now = 1000;
    const pictures = new OccurrencePictures({ database, files, now: () => epochMillis(now) });
    const device = parseId('device', 'half');
    for (let n = 1; n <= 250; n++) {
      now = n * 1000;
      const content = Buffer.alloc(100, n);
      const capturedAt = epochMillis(n);
      await pictures.keep({
        device,
        camera: CAMERA,
        occurrence: occurrence(n),
        content,
        capturedAt,
      });
    }
    const left = () => readdirSync(join(folder, 'half')).length;
    const apply = async (age: number, most: number) => {
      const bounds = { age: millis(age), bytes: bytes(most) };
      const before = left();
      const { count } = await measurePictureRemoval(database, bounds, epochMillis(now));
      const rule = pictures.retention(() => bounds);
      while ((await rule.removeSome(epochMillis(now))) > 0);
      t.equal(count, before - left(), 'as many as were foretold');
    };
    await apply(1_000_000, 1_000_000);
    t.equal(left(), 250);
    await apply(200_000, 1_000_000);
    t.equal(left(), 201, 'those of the last 200 s');
    t.equal(await pictures.find(device, occurrence(49), null), null);
    t.match(await pictures.find(device, occurrence(50), null), { capturedAt: 50 });
    await apply(200_000, 10_000);
    t.ok(left() <= 101 && left() > 0, `${left()} of 100 bytes each within 10,000`);
    await pictures.removeDevice(device);
    t.same(readdirSync(folder), ['_half']);
    const rows = await database.selectFrom('occurrence_pictures').selectAll().execute();
    t.same(rows, []);
  });
}

for (const { name, open } of DATABASES) {
  t.test(
    `${name}: one device that sends without end pushes out its own`,
    ofManyCommits(),
    async (t) => {
      const database = await open(t);
      const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
      t.teardown(() => rmSync(folder, { recursive: true, force: true }));
      const files = new PictureFiles(folder);
      await files.start();
      let now = 0;
      const pictures = new OccurrencePictures({ database, files, now: () => epochMillis(now) });
      const keep = async (device: string, count: number) => {
        for (let n = 1; n <= count; n++) {
          now += 1;
          await pictures.keep({
            device: parseId('device', device),
            camera: CAMERA,
            occurrence: occurrence(n),
            content: Buffer.alloc(100),
            capturedAt: epochMillis(now),
          });
        }
      };
      const left = (device: string) =>
        readdirSync(join(folder, device)).map((id) => Number(id.slice(-4)));
      const holdings = () =>
        database.selectFrom('picture_holdings').selectAll().orderBy('device').execute();
      const apply = async (most: number) => {
        const bounds = { age: null, bytes: bytes(most) };
        const foretold = await measurePictureRemoval(database, bounds, epochMillis(now));
        const rule = pictures.retention(() => bounds);
        const rounds: number[] = [];
        for (let removed = 1; removed > 0; rounds.push(removed)) {
          removed = await rule.removeSome(epochMillis(now));
        }
        const gone = rounds.reduce((sum, one) => sum + one, 0);
        t.match(foretold, { count: gone, bytes: 100 * gone }, 'as many as were foretold');
        return rounds;
      };
      await keep('quiet', 3);
      await keep('calm', 10);
      await keep('flood', 150);
      t.same(await apply(3_000), [100, 33, 0]);
      t.same([left('quiet').length, left('calm').length], [3, 10], 'the others lose nothing');
      t.same(left('flood').sort((a, b) => a - b)[0], 134, 'its newest stay');
      // Sent again, it takes the place of the one before.
      await keep('flood', 1);
      await keep('calm', 1);
      t.same(await holdings(), [
        { device: 'calm', bytes: 1000 },
        { device: 'flood', bytes: 1800 },
        { device: 'quiet', bytes: 300 },
      ]);
      await apply(1_300);
      t.same(
        await holdings(),
        ['calm', 'flood']
          .map((device) => ({ device, bytes: 500 }))
          .concat({ device: 'quiet', bytes: 300 }),
        'where two hold most, they come down together',
      );
      await pictures.removeDevice(parseId('device', 'flood'));
      await apply(0);
      t.same(await holdings(), []);

      for (let n = 0; n < 105; n++) await keep(`pi-${n}`, 2);
      await apply(10_500);
      const all = await holdings();
      t.same([all.length, all.every(({ bytes }) => bytes === 100)], [105, true], 'each gives one');
    },
  );
}

t.test('to what those come down who hold most', async (t) => {
  for (const [held, excess, floor, level] of [
    [[100], 10, 0, 90],
    [[100, 50], 10, 0, 90],
    [[100, 50], 50, 0, 50],
    [[100, 50], 60, 0, 45],
    [[100, 90, 10], 30, 0, 80],
    [[80, 60], 10, 50, 70],
    [[80, 60], 100, 50, 50],
    [[50, 50, 50], 30, 50, 50],
    [[50, 50], 100, 0, 0],
  ] as const) {
    t.equal(commonLevel(held, excess, floor), level, `${held}, ${excess} too many, above ${floor}`);
  }
});

t.test('news of pictures: fast where somebody looks, and few of the rest', async (t) => {
  let now = 0;
  const told: object[] = [];
  const news = new PictureNews({
    events: { publish: (event) => void told.push(event.subject) },
    monotonic: () => millis(now),
  });
  const site = parseId('site', 'works');
  const change = (device: string) =>
    news.cameraChanged({ site, device: parseId('device', device) }, CAMERA, epochMillis(0));
  for (let i = 0; i < 1000; i++) change(`pi-${i}`);
  t.equal(told.length, 60, 'of a thousand at once');
  news.expect('pi-9000', CAMERA, millis(1000));
  for (let i = 0; i < 10; i++) change('pi-9000');
  t.equal(told.length, 65, 'of the one that somebody looks at');
  now = 900;
  change('pi-9000');
  t.equal(told.length, 66);
  now = 2000;
  for (let i = 0; i < 1000; i++) change(`pi-${i + 5000}`);
  t.equal(told.length, 126, 'after a while, of others again');
});
