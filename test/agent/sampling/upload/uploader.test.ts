import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bytes, bytes, epochMillis, millis, parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { newSampleCounters } from '../../../../agent/src/sampling/sample-counters.ts';
import { SampleStore } from '../../../../agent/src/sampling/store/sample-store.ts';
import { Uploader } from '../../../../agent/src/sampling/upload/uploader.ts';
import { RefusedCredential } from '../../../../agent/src/server/refused-credential.ts';
import { ServerClient } from '../../../../agent/src/server/server-client.ts';
import { pictureBytes, sampleRecord } from '../../../stand/fleet/samples.ts';
import { problem, SampleServer } from '../../../stand/servers/sample-server.ts';
import { until } from '../../../stand/until.ts';

t.setTimeout(280_000);
const SIZE = 200_000;
const quiet = () => {};
const SILENT = { info: quiet, warn: quiet, error: quiet } as never;

async function setUp(t: Test, bandwidth: Bytes | null = null) {
  const server = new SampleServer();
  await server.start();
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  const store = new SampleStore({
    folder,
    bounds: { count: 100, bytes: bytes(1e9) },
    minFree: bytes(0),
  });
  await store.open();
  const counters = newSampleCounters();
  let password = 'secret';
  const create = (random = () => 0.5) =>
    new Uploader({
      client: new ServerClient({
        url: server.url,
        ca: null,
        device: parseId('device', 'pi-1'),
        password: () => password,
      }),
      credential: new RefusedCredential({ password: () => password, lookEvery: millis(20) }),
      monotonic: () => millis(performance.now()),
      store,
      counters,
      bandwidth,
      random,
      log: SILENT,
      now: () => epochMillis(Date.now()),
      backoff: { base: millis(20), cap: millis(40) },
    });
  const uploader = create();
  t.teardown(async () => {
    await uploader.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const put = async (number: number, size = SIZE) => {
    const record = sampleRecord(number, { bytes: size });
    await store.put(record, pictureBytes(number, size));
    return record;
  };
  const asked = () => server.asked.map(({ method, offset }) => [method, offset].join(' ').trim());
  const appended = () =>
    server.asked
      .filter(({ method }) => method === 'PATCH')
      .reduce((sum, { received }) => sum + received, 0);
  const rotate = (next: string) => {
    password = next;
  };
  return { server, folder, store, counters, uploader, create, put, asked, appended, rotate };
}

t.test('samples are uploaded and leave the disk, also those that come later', async (t) => {
  const { server, store, counters, uploader, put, asked } = await setUp(t);
  await put(1);
  uploader.start();
  await until(() => server.complete.length === 1);
  await put(2);
  uploader.wake();
  await until(() => counters.uploaded === 2);
  t.same(asked(), ['POST', 'PATCH 0', 'POST', 'PATCH 0']);
  t.equal(store.samples.length, 0);
  t.equal(uploader.problem, null);
});

t.test('a picture that the server has is not sent', async (t) => {
  const { server, counters, uploader, put, asked } = await setUp(t);
  const record = await put(1);
  const all = Buffer.from(pictureBytes(1, SIZE));
  server.uploads.set(record.sha256, { record, bytes: all, complete: true });
  uploader.start();
  await until(() => counters.uploaded === 1);
  t.same(asked(), ['POST']);
});

t.test('cut in the middle, an upload goes on from there: no byte twice', async (t) => {
  const { server, counters, uploader, put, appended } = await setUp(t);
  server.cuts = [70_000, 1, 60_000];
  await put(1);
  uploader.start();
  await until(() => counters.uploaded === 1);
  t.equal(appended(), SIZE);
  const offsets = server.asked.flatMap(({ offset }) => (offset === null ? [] : [offset]));
  t.same(offsets, [0, 70_000, 70_001, 130_001]);
});

t.test('an offset that is wrong is asked for again', async (t) => {
  const { server, counters, uploader, put, asked, appended } = await setUp(t);
  const record = await put(1);
  server.intercept = (request, response) => {
    if (request.method !== 'POST') return false;
    // It lost a part of what it had.
    const half = Buffer.from(pictureBytes(1, SIZE).subarray(0, SIZE / 2));
    server.uploads.set(record.sha256, { record, bytes: half, complete: false });
    const upload = `/api/device/samples/${record.sha256}`;
    response.writeHead(200).end(JSON.stringify({ upload, offset: SIZE - 1 }));
    return true;
  };
  uploader.start();
  await until(() => counters.uploaded === 1);
  t.same(asked(), ['POST', `PATCH ${SIZE - 1}`, 'HEAD', `PATCH ${SIZE / 2}`]);
  t.equal(appended(), SIZE / 2);
});

t.test('what arrived damaged is sent anew', async (t) => {
  const { server, counters, uploader, put, asked } = await setUp(t);
  const record = await put(1);
  const upload = { record, bytes: Buffer.alloc(1_000, 7), complete: false };
  server.uploads.set(record.sha256, upload);
  uploader.start();
  await until(() => counters.uploaded === 1);
  t.same(asked(), ['POST', 'PATCH 1000', 'POST', 'PATCH 0']);
});

t.test('what is damaged on the disk is not sent', async (t) => {
  const { server, folder, store, counters, uploader, put } = await setUp(t);
  const record = await put(1);
  await writeFile(join(folder, `${record.sha256}.picture`), pictureBytes(2, SIZE));
  uploader.start();
  await until(() => counters.failed === 1);
  t.same([server.asked.length, store.samples.length], [0, 0]);
});

t.test('what can not be read now goes later, and others before it', async (t) => {
  const { folder, store, counters, uploader, put } = await setUp(t);
  const { sha256 } = await put(1);
  await put(2);
  const [path, aside] = [join(folder, `${sha256}.picture`), join(folder, 'aside')];
  await rename(path, aside);
  await symlink('.', path);
  uploader.start();
  await until(() => counters.uploaded === 1);
  await delay(100);
  t.same([counters.failed, store.samples.length], [0, 1]);
  // In one step: a picture that is not there is given up.
  await rename(aside, path);
  await until(() => counters.uploaded === 2);
});

t.test('a server that comes late, or is restarted, gets everything', async (t) => {
  const { server, counters, uploader, put } = await setUp(t);
  await server.close();
  for (const number of [1, 2, 3]) await put(number);
  uploader.start();
  await delay(100);
  t.equal(counters.uploaded, 0);
  await server.start();
  await until(() => counters.uploaded >= 1);
  await server.close();
  await server.start();
  await until(() => counters.uploaded === 3);
  t.equal(server.complete.length, 3);
});

t.test('Retry-After is waited for', async (t) => {
  const { server, counters, uploader, put } = await setUp(t);
  await put(1);
  let refused = 0;
  server.intercept = (_request, response) => {
    if (refused > 0) return false;
    refused = performance.now();
    problem(response, 507, 'DISK_FULL', 'no room for samples', { 'retry-after': '1' });
    return true;
  };
  uploader.start();
  await until(() => counters.uploaded === 1);
  t.ok(performance.now() - refused >= 1_000);
  t.equal(uploader.problem, null);
});

t.test('a sample that fails does not hold up the others', async (t) => {
  const { server, store, counters, uploader, put } = await setUp(t);
  const broken = await put(1);
  for (const number of [2, 3]) await put(number);
  server.intercept = (request, response) => {
    if (!request.url?.endsWith(broken.sha256)) return false;
    problem(response, 500, 'INTERNAL', 'a fault');
    return true;
  };
  uploader.start();
  await until(() => counters.uploaded === 2);
  t.same(
    store.samples.map(({ record }) => record.sha256),
    [broken.sha256],
  );
  server.intercept = () => false;
  await until(() => counters.uploaded === 3);
});

t.test('what is refused for good is dropped and counted', async (t) => {
  const { server, store, counters, uploader, put } = await setUp(t);
  await put(1);
  server.intercept = (request, response) => {
    if (request.method !== 'PATCH') return false;
    // Before it has read the picture.
    problem(response, 422, 'IMAGE_UNREADABLE', 'no picture');
    return true;
  };
  uploader.start();
  await until(() => counters.refused === 1);
  t.equal(store.samples.length, 0);
});

for (const status of [401, 403]) {
  t.test(`after ${status} uploads stop, and say so`, async (t) => {
    const { server, store, uploader, put } = await setUp(t);
    await put(1);
    await put(2);
    server.intercept = (_request, response) => {
      problem(response, status, 'X', 'this device was revoked');
      return true;
    };
    uploader.start();
    await until(() => uploader.problem !== null);
    t.match(uploader.problem, /credential was refused.*this device was revoked.*broker\.password/);
    await delay(200);
    t.equal(server.asked.length, 1);
    t.equal(store.samples.length, 2, 'nothing is lost');
  });
}

t.test('with another credential uploads go on by themselves', async (t) => {
  const { server, counters, uploader, put, rotate } = await setUp(t);
  await put(1);
  server.credential = 'pi-1:another';
  uploader.start();
  await until(() => uploader.problem !== null);
  await delay(200);
  t.equal(server.asked.length, 1, 'nobody asks again with the same');
  rotate('another');
  await until(() => counters.uploaded === 1);
  t.equal(uploader.problem, null);
});

t.test('the credential goes to the one server alone', async (t) => {
  const { server, uploader, put } = await setUp(t);
  const other = new SampleServer();
  await other.start();
  t.teardown(() => other.close());
  await put(1);
  server.intercept = (_request, response) => {
    const upload = `${other.url}/api/device/samples/1`;
    response.writeHead(201).end(JSON.stringify({ upload, offset: 0 }));
    return true;
  };
  uploader.start();
  await until(() => server.asked.length >= 2);
  t.equal(other.asked.length, 0);
});

t.test('uploads keep to their bandwidth, over all of them', async (t) => {
  const { counters, uploader, put, appended } = await setUp(t, bytes(100_000));
  for (const number of [1, 2, 3]) await put(number, 40_000);
  const begun = performance.now();
  uploader.start();
  await until(() => counters.uploaded === 3);
  const took = performance.now() - begun;
  t.equal(appended(), 120_000);
  // The last slice may go when those before it are paid for.
  t.ok(took >= 800, `80,000 bytes at 100,000 a second took ${took.toFixed(0)} ms`);
});

t.test('an uploader that is closed in the middle leaves the rest to the next', async (t) => {
  const { server, counters, uploader, create, put, appended } = await setUp(t, bytes(300_000));
  await put(1);
  uploader.start();
  await until(() => appended() > 65_536);
  await uploader.close();
  const second = create();
  t.teardown(() => second.close());
  second.start();
  await until(() => counters.uploaded === 1);
  t.equal(appended(), SIZE, 'no byte twice');
  const [first, last] = server.asked.filter(({ method }) => method === 'PATCH');
  t.ok(first!.received < SIZE);
  t.equal(last?.offset, first?.received);
});
