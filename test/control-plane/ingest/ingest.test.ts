import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { Ingest } from '../../../control-plane/src/ingest/ingest.ts';
import { Metrics } from '../../../control-plane/src/metrics/metrics.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { Device } from '../../stand/device.ts';
import { STREAM } from '../../stand/messages.ts';
import { until } from '../../stand/mosquitto.ts';
import { startBroker } from '../broker/start-broker.ts';

t.test('a store that fails confirms nothing, and all is stored when it works again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { url } = await startBroker(t);
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
    ...{ admissions: { admits: () => true }, onBatch: () => {} },
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
