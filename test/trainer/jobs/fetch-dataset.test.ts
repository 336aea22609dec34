import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes, type JobOffer } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { fetchDataset } from '../../../trainer/src/jobs/fetch-dataset.ts';
import { PictureCache } from '../../../trainer/src/jobs/picture-cache.ts';
import { answeringServer, json } from './answering-server.ts';

const digest = (i: number) => createHash('sha256').update(`picture ${i}`).digest('hex');

/**
 * @param status of a picture's answer, by its number
 * @param strange what the list calls pictures besides
 */
async function fetching(
  t: Test,
  count: number,
  status: (picture: number) => number,
  strange: readonly string[] = [],
) {
  const work = await mkdtemp(join(tmpdir(), 'edgeloop-dataset-'));
  t.teardown(() => rm(work, { recursive: true, force: true }));
  const byDigest = new Map(Array.from({ length: count }, (_, i) => [digest(i), i]));
  let asked = 0;
  const client = await answeringServer(t, async ({ url = '' }, response) => {
    if (url.includes('/datasets/')) {
      const samples = [...byDigest.keys(), ...strange].map((sha256, i) => ({
        sha256,
        label: i % 2 ? 'good' : 'bad',
        side: 'train',
        removedAt: null,
      }));
      return json(response, 200, { samples, next: null });
    }
    asked += 1;
    const picture = byDigest.get(url.split('/')[3] as string) as number;
    await delay(5);
    const answer = status(picture);
    if (answer === 200) response.writeHead(200).end(`picture ${picture}`);
    else json(response, answer, { code: answer === 404 ? 'NOT_FOUND' : 'FORBIDDEN', detail: 'x' });
  });
  const folder = join(work, 'set');
  const told: number[] = [];
  const offer = { task: 'parts', dataset: { version: 1, fingerprint: 'f' } };
  const fetched = fetchDataset(offer as unknown as JobOffer, folder, {
    client,
    cache: new PictureCache(join(work, 'cache'), bytes(1e6)),
    retry: { signal: new AbortController().signal, random: () => 0 },
    now: () => new Date(),
    progress: (done) => told.push(done),
  });
  return { fetched, folder, told, asked: () => asked };
}

t.test('a picture that was removed since it was listed is left out', async (t) => {
  const { fetched, folder, told } = await fetching(t, 20, (i) => (i === 3 ? 404 : 200));
  const { sides, classes } = await fetched;
  t.same(classes, ['bad', 'good']);
  t.equal(sides.size, 19);
  t.notOk(sides.has(digest(3) as never));
  t.equal(told.at(-1), 20);
  t.ok(existsSync(folder));
});

t.test('what is called by no digest is written nowhere', async (t) => {
  const { fetched, folder, asked } = await fetching(t, 3, () => 200, ['../../elsewhere']);
  await t.rejects(fetched, { code: 'PROTOCOL_ID_INVALID' });
  t.equal(asked(), 0);
  t.notOk(existsSync(folder));
});

t.test('when one fails the others end, and nothing is written any more', async (t) => {
  const { fetched, folder, asked } = await fetching(t, 400, (i) => (i === 10 ? 403 : 200));
  await t.rejects(fetched, { code: 'CONTROL_PLANE_REFUSED', problem: 'FORBIDDEN' });
  const then = asked();
  t.ok(then < 60, `${then} of 400 were asked for`);
  await rm(folder, { recursive: true });
  await delay(100);
  t.equal(asked(), then);
  t.notOk(existsSync(folder), 'its folder does not come back');
});
