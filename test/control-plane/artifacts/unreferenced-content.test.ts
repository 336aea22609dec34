import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes, epochMillis, millis, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { UnreferencedContent } from '../../../control-plane/src/artifacts/unreferenced-content.ts';
import { pieces, sha256, started, UPLOAD } from './stand/started.ts';

t.test('what was brought and nothing refers to goes after its time, and only that', async (t) => {
  const referred = new Set<Sha256>();
  const asked: { at: ((sha256: Sha256) => Promise<unknown>) | null } = { at: null };
  const stand = await started({
    isReferred: async (digest) => {
      const found = referred.has(digest);
      await asked.at?.(digest);
      return found;
    },
  });
  const bring = async (content: string, artifacts = stand.artifacts) => {
    const upload = { ...UPLOAD, sha256: sha256(Buffer.from(content)) };
    const { id } = await artifacts.beginUpload({ ...upload, bytes: bytes(content.length) });
    await artifacts.append(id, UPLOAD.owner, bytes(0), pieces(Buffer.from(content)));
    return upload.sha256;
  };
  const written = Buffer.from('of the control plane itself');
  const own = { sha256: sha256(written), bytes: bytes(written.length) };
  await stand.artifacts.write(own, [written]);
  referred.add(own.sha256);
  const [lost, needed, wanted] = [
    await bring('lost'),
    await bring('needed'),
    await bring('wanted'),
  ];
  referred.add(needed);
  stand.uptime += 59_999;
  t.equal(await stand.artifacts.removeExpired(), 0, 'its time is not over');
  referred.delete(needed);
  t.equal(await stand.artifacts.find(wanted), 6);

  stand.uptime += 2;
  t.equal(await stand.artifacts.removeExpired(), 1);
  t.equal(await stand.artifacts.find(lost), null);
  t.equal(await stand.artifacts.find(wanted), 6, 'it was asked for meanwhile');
  const artifacts = await stand.restart();
  t.equal(await artifacts.removeExpired(), 0);
  t.equal(await artifacts.find(needed), 6, 'what was referred to once is for who refers to it');
  t.equal(await artifacts.find(own.sha256), written.length);
  // Its row goes, and the process with it before the file does.
  await artifacts.giveUp([own.sha256]);
  referred.delete(own.sha256);

  stand.uptime += 60_001;
  // Between the look at who refers and the removal somebody asks, and refers to it.
  asked.at = (digest) => artifacts.find(digest);
  t.equal(await artifacts.removeExpired(), 0);
  asked.at = null;
  stand.uptime += 60_001;
  t.equal(await artifacts.removeExpired(), 2);
  t.equal(await artifacts.find(wanted), null);
  t.equal(await artifacts.find(own.sha256), null, 'what was given up is found by its mark');
  await artifacts.write(own, [written]);
  stand.ahead = 10 ** 12;
  await stand.artifacts.find(own.sha256);
  stand.ahead = 0;
  for (let hours = 0; hours < 3; hours++) {
    t.equal(await (await stand.restart()).removeExpired(), 0);
    stand.uptime += 25_000;
  }
  t.equal(await stand.artifacts.removeExpired(), 1, 'written, and no row came: over restarts');
  t.equal(await bring('wanted'), wanted, 'brought again');
  t.equal(await stand.artifacts.find(wanted), 6);
});

t.test('who asks for content that is being removed is answered when it is gone', async (t) => {
  let now = epochMillis(1000);
  const brought = new UnreferencedContent({
    folder: mkdtempSync(join(tmpdir(), 'brought-')),
    time: { earliest: () => now, latest: () => now },
    life: millis(1000),
  });
  await brought.start();
  await brought.bring(UPLOAD.sha256);
  now = epochMillis(2001);
  const order: string[] = [];
  let asked = Promise.resolve();
  const remove = async () => {
    await delay(5);
    asked = brought.ask(UPLOAD.sha256).then(() => void order.push('answered'));
    await delay(5);
    order.push('removed');
  };
  const isReferred = async () => false;
  t.equal(await brought.settle({ isReferred, remove }), 1);
  await asked;
  t.same(order, ['removed', 'answered']);
});

t.test('what is brought again while it is removed stays until a row may have come', async (t) => {
  const content = Buffer.from('a picture');
  const picture = { sha256: sha256(content), bytes: bytes(content.length) };
  const referred = new Set<Sha256>();
  let meanwhile: () => Promise<unknown> = async () => {};
  const stand = await started({
    async isReferred(digest) {
      const found = referred.has(digest);
      await meanwhile();
      return found;
    },
  });
  const { artifacts } = stand;
  await artifacts.write(picture, [content]);
  await artifacts.giveUp([picture.sha256]);
  // Its row is gone; the same bytes come in again before the file is.
  meanwhile = () => artifacts.beginUpload({ ...UPLOAD, ...picture });
  await artifacts.remove(picture.sha256);
  meanwhile = async () => {};
  t.equal(await artifacts.find(picture.sha256), content.length);
  referred.add(picture.sha256);
  await artifacts.remove(picture.sha256);
  referred.clear();

  stand.uptime += 60_001;
  t.equal(await artifacts.removeExpired(), 1, 'no row came');
  await artifacts.write(picture, [content]);
  await artifacts.write(picture, [content]);
  await artifacts.remove(picture.sha256);
  t.equal(await artifacts.find(picture.sha256), content.length, 'written again a moment ago');
  stand.uptime += 60_001;
  await artifacts.remove(picture.sha256);
  t.equal(await artifacts.find(picture.sha256), null);
});
