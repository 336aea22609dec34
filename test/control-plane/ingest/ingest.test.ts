import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, type Timestamp } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { Ingest } from '../../../control-plane/src/ingest/ingest.ts';
import { Metrics } from '../../../control-plane/src/metrics/metrics.ts';
import type { StoreRecord } from '../../../control-plane/src/store/record.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { Device } from '../../stand/fleet/device.ts';
import { detection, OTHER_STREAM, STREAM } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';
import { startBroker } from '../broker/start-broker.ts';

t.test('a store that fails confirms nothing, and all is stored when it works again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { url } = await startBroker(t);
  const { addEventListener } = EventTarget.prototype;
  const added = t.capture(EventTarget.prototype, 'addEventListener', addEventListener);
  let broken = false;
  const failing = <Result>(work: () => Promise<Result>) =>
    broken ? Promise.reject(new Error('SQLITE_FULL')) : work();
  const metrics = new Metrics();
  const ingest = new Ingest({
    brokerUrl: url,
    brokerCa: null,
    clientId: 'control-plane',
    store: {
      commit: (records) => failing(() => store.commit(records)),
      watermarks: () => failing(() => store.watermarks()),
      forgetStates: () => failing(() => store.forgetStates()),
    },
    admissions: { admits: () => true },
    onBatch: () => {},
    metrics,
    log: pino({ level: 'silent' }),
    now: () => epochMillis(Date.now()),
    random: () => 0.01,
    mayStore: () => true,
    onStored: () => {},
    onAck: () => {},
  });
  ingest.start();
  await ingest.connected;
  const device = new Device(url, 'pi-1', STREAM);
  device.start();
  t.teardown(async () => {
    await device.close();
    await ingest.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await device.produce(20);
  const online = async () => (await store.read('listDevices', { limit: 1 })).devices[0]?.state;
  await until(async () => (await online()) === 'online');

  broken = true;
  const more = device.produce(20);
  await until(() => ingest.problem !== null);
  t.equal(device.through, 20);
  broken = false;
  await until(() => ingest.problem === null);
  await until(async () => (await online()) === 'online');
  await more;
  const signals = new Set(added().map(({ receiver }) => receiver as AbortSignal));
  const most = Math.max(...[...signals].map((it) => getEventListeners(it, 'abort').length));
  t.equal(most, 1, 'who listens for the end does so once, however often the store failed');
  const page = await store.read('listDetections', { order: 'stored', limit: 1000 });
  t.same(
    page.detections.map(({ seq }) => seq),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  device.say('status', { state: 'asleep' });
  await until(async () => (await metrics.invalid.get()).values.length > 0);
  t.match((await metrics.invalid.get()).values, [
    { labels: { reason: 'PROTOCOL_MESSAGE_INVALID' }, value: 1 },
  ]);
});

t.test('a record that can not be stored holds up nobody but who sends it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { url } = await startBroker(t);
  const metrics = new Metrics();
  let [clock, poisoned, failed] = [Date.now(), true, 0];
  // No date: the database refuses the row. What devices send is checked; this stands for what slips
  // through.
  const poison = (record: StoreRecord): StoreRecord =>
    poisoned && record.name === 'detections' && record.device === 'pi-2' && record.message.seq === 5
      ? { ...record, message: { ...record.message, capturedAt: 'never' as Timestamp } }
      : record;
  const ingest = new Ingest({
    brokerUrl: url,
    brokerCa: null,
    clientId: 'control-plane',
    store: {
      commit: (records) =>
        store.commit(records.map(poison)).catch((error) => {
          failed += 1;
          throw error;
        }),
      watermarks: () => store.watermarks(),
      forgetStates: () => store.forgetStates(),
    },
    admissions: { admits: () => true },
    onBatch: () => {},
    onStored: () => {},
    metrics,
    log: pino({ level: 'silent' }),
    onAck: () => {},
    now: () => epochMillis(clock),
    random: () => 0.01,
    mayStore: () => true,
  });
  ingest.start();
  await ingest.connected;
  const [good, bad] = [new Device(url, 'pi-1', STREAM), new Device(url, 'pi-2', OTHER_STREAM)];
  t.teardown(async () => {
    await good.close();
    await bad.close();
    await ingest.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  good.start();
  bad.start();
  const all = bad.produce(20);
  await good.produce(200);
  await until(() => bad.through === 4);
  await until(() => failed > 0);
  await ingest.settled();
  const bound = failed;
  t.ok(bound <= 12, `${bound} commits failed`);
  await good.produce(200);
  t.equal(failed, bound, 'it is not tried again at once');
  t.equal(bad.through, 4, 'and not confirmed');
  t.equal(ingest.problem, null);
  t.equal(store.problem, null);
  const refused = async () =>
    (await metrics.invalid.get()).values.find(({ labels }) => labels.reason === 'STORE_REFUSED');
  t.equal((await refused())?.value, 1);

  clock += 30_000;
  const more = bad.produce(1);
  await until(async () => (await refused())?.value === 2);
  t.equal(bad.through, 4, 'tried again, once');

  poisoned = false;
  clock += 30_000;
  const last = bad.produce(1);
  await Promise.all([all, more, last]);
  const page = await store.read('listDetections', { order: 'stored', limit: 1000 });
  t.same(
    page.detections.filter(({ device }) => device === 'pi-2').map(({ seq }) => seq),
    Array.from({ length: 22 }, (_, i) => i + 1),
  );
});

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/**
 * An enrolled device may send anything: 10 KB of brackets once ended the process, by an error that
 * was none of ours.
 */
t.test('brackets within brackets neither end the ingest nor hold up anybody', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { url } = await startBroker(t);
  const metrics = new Metrics();
  const ingest = new Ingest({
    brokerUrl: url,
    brokerCa: null,
    clientId: 'control-plane',
    store,
    metrics,
    admissions: { admits: () => true },
    onBatch: () => {},
    onStored: () => {},
    log: pino({ level: 'silent' }),
    onAck: () => {},
    now: () => epochMillis(Date.now()),
    random: () => 0.01,
    mayStore: () => true,
  });
  ingest.start();
  await ingest.connected;
  const [good, bad] = [new Device(url, 'pi-1', STREAM), new Device(url, 'pi-2', OTHER_STREAM)];
  t.teardown(async () => {
    await good.close();
    await bad.close();
    await ingest.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  good.start();
  bad.start();
  await good.produce(1);
  await bad.produce(1);
  for (const depth of [200, 5_000, 120_000]) bad.sayText('health', nested(depth));
  // What a newer device may say more: kept, so it must be kept within bounds.
  const { through } = bad;
  const valid = JSON.stringify(detection({ stream: OTHER_STREAM, seq: through + 1 }));
  bad.sayText('detections/cam0', `${valid.slice(0, -1)},"more":${nested(120_000)}}`);
  await until(async () => (await metrics.invalid.get()).values[0]?.value === 4);
  await good.produce(20);
  t.equal(ingest.problem, null);
  t.equal(bad.through, through);
});
