import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bytes, type CameraId, millis } from '@edgeloop/protocol';
import t from 'tap';
import type { OutboxStatus } from '../../../agent/src/outbox/entry.ts';
import { Outbox } from '../../../agent/src/outbox/outbox.ts';
import { until } from '../../stand/until.ts';

const row = { camera: 'cam0' as CameraId, body: '{}' };

function create(folder: string) {
  const changes: OutboxStatus[] = [];
  const rejected: string[] = [];
  const messages: string[] = [];
  const outbox = new Outbox({
    folder,
    bounds: { rows: 1e6, bytes: bytes(1e9), age: millis(1e12) },
    monotonic: () => millis(1),
    onChange: (status) => changes.push(status),
    onDamage: () => {},
    onRejected: (_rows, error) => rejected.push(error.code) && messages.push(error.message),
  });
  return { outbox, changes, rejected, messages };
}

t.test('rows that come together share a commit, in order', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { outbox, changes } = create(folder);
  await outbox.start();
  const committed = await Promise.all(
    Array.from({ length: 50 }, (_, i) => outbox.append({ ...row, body: `{"i":${i}}` })),
  );
  t.ok(committed.every((is) => is));
  t.ok(changes.length < 10, `${changes.length} changes`);
  t.same(
    (await outbox.read(0, 100)).map((entry) => entry.kind === 'row' && [entry.seq, entry.body]),
    Array.from({ length: 50 }, (_, i) => [i + 1, `{"i":${i}}`]),
  );
  outbox.deleteThrough(50);
  t.match(outbox.status, { nextSeq: 51, oldestSeq: 51 }, 'told at once');
  await until(() => outbox.status?.rows === 0);
  await outbox.close();
  await outbox.close();
});

t.test('what is stored elsewhere leaves with the next commit', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { outbox } = create(folder);
  await outbox.start();
  await outbox.append(row);
  outbox.deleteThrough(1);
  await outbox.append(row);
  t.match(outbox.status, { rows: 1, nextSeq: 3, oldestSeq: 2 });
  await outbox.close();
});

t.test('what is stored of a stream means nothing to the next', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { outbox } = create(folder);
  await outbox.start();
  await outbox.append(row);
  await outbox.append({ ...row, body: '{"kept":1}' });
  outbox.deleteThrough(1);
  // Posted before: the thread has another stream when it hears of it.
  const renewed = outbox.renewStream(0);
  await Promise.all([renewed, outbox.append({ ...row, body: '{"kept":2}' })]);
  t.equal(outbox.status?.rows, 3, 'none was taken for one of the stream before');
  t.same(
    (await outbox.read(0, 10)).map((entry) => entry.kind === 'row' && entry.body),
    ['{}', '{"kept":1}', '{"kept":2}'],
  );
  await outbox.close();
});

t.test('what waits is committed when it closes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const first = create(folder).outbox;
  await first.start();
  void first.append(row);
  await first.close();
  const second = create(folder).outbox;
  await second.start();
  t.match(second.status, { rows: 1, nextSeq: 2 });
  await second.close();
});

t.test('more than may wait is rejected, and counted', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { outbox, rejected } = create(folder);
  await outbox.start();
  const results = await Promise.all(Array.from({ length: 1030 }, () => outbox.append(row)));
  t.equal(results.filter((committed) => !committed).length, 6);
  t.equal(outbox.rejected, 6);
  t.same(new Set(rejected), new Set(['OUTBOX_FAILED']));
  await outbox.close();
});

t.test('a folder that can not be one is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'state'), '');
  const { outbox } = create(join(folder, 'state'));
  await t.rejects(outbox.start(), { code: 'STATE_UNUSABLE', exitStatus: 52 });
});

t.test('a thread that died is told as one, and leaves no timer when it closes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const { outbox, messages } = create(folder);
  const before = timers();
  const threads = t.capture(Worker.prototype, 'postMessage', Worker.prototype.postMessage);
  await outbox.start();
  t.equal(await outbox.append(row), true);
  const [called] = threads() as readonly { receiver: unknown }[];
  await (called!.receiver as Worker).terminate();
  await until(() => outbox.failing);
  t.equal(await outbox.append(row), false);
  t.match(messages, [/thread of the outbox, received none: .* died and is started again/]);
  await outbox.close();
  t.equal(timers(), before);
});
