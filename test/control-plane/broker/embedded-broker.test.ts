import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes, seconds } from '@edgeloop/protocol';
import { connect, connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import type { EmbeddedBrokerOptions } from '../../../control-plane/src/broker/embedded-broker.ts';
import { until } from '../../stand/until.ts';
import { LOOPBACK, startBroker } from './start-broker.ts';

const CONNECT = Uint8Array.of(0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 4, 114, 97, 119, 49);

const start = (t: Test, changes: Partial<EmbeddedBrokerOptions> = {}) =>
  startBroker(t, {
    limits: { connect: bytes(1024), subscribe: bytes(1024), packet: bytes(4096) },
    maxConnections: 20,
    ...changes,
  });

for (const [name, bytes, reason] of [
  ['a CONNECT that declares 256 MB', [0x10, 0xff, 0xff, 0xff, 0x7f], 'connect-too-large'],
  ['a length of five bytes', [0x10, 0xff, 0xff, 0xff, 0xff, 0x01], 'malformed-length'],
  ['a PUBLISH before CONNECT', [0x30, 2, 0, 0], 'first-not-connect'],
  ['what only a broker sends', [0x20, 2, 0, 0], 'not-a-client-packet'],
  ['a reserved type', [0xf0, 0], 'not-a-client-packet'],
  ['a second CONNECT', [...CONNECT, ...CONNECT], 'second-connect'],
  ['a packet larger than allowed', [...CONNECT, 0x30, 0x81, 0x20], 'packet-too-large'],
] as const) {
  t.test(`${name} ends the connection`, async (t) => {
    const { refused, dial } = await start(t);
    const socket = await dial();
    socket.resume();
    socket.write(Uint8Array.from(bytes));
    await once(socket, 'close');
    t.same(refused, [reason]);
  });
}

t.test('declared lengths cost no memory', async (t) => {
  const { dial } = await start(t);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 4; i++) {
    const socket = await dial();
    socket.resume();
    socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    const filler = new Uint8Array(1 << 20);
    for (let sent = 0; sent < 20 && !socket.destroyed; sent++) {
      socket.write(filler);
      await delay(1);
    }
    socket.destroy();
  }
  t.ok(process.memoryUsage().rss - before < 64 * 2 ** 20);
});

t.test('who connects and says nothing is cut', async (t) => {
  const { broker, dial } = await start(t);
  const socket = await dial();
  socket.resume();
  await once(socket, 'close');
  const dripping = await dial();
  dripping.resume();
  dripping.write(CONNECT.subarray(0, 5));
  await once(dripping, 'close');
  t.same([socket.bytesRead, dripping.bytesRead], [0, 0], 'neither was let in');
  t.equal(broker.clients, 0);
});

t.test('more connections than allowed are closed, the others stay', async (t) => {
  const { broker, refused, dial, url } = await start(t, { maxConnections: 2 });
  const client = await connectAsync(url, { clientId: 'first' });
  t.teardown(() => client.endAsync(true));
  (await dial()).resume();
  const third = await dial();
  third.resume();
  await once(third, 'close');
  t.same(refused, ['too-many-connections']);
  t.equal(broker.clients, 1);
});

t.test('one that reads nothing does not hold up the others for long', async (t) => {
  const { url, dial, broker } = await start(t);
  const stalled = await dial();
  const subscribe = Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x23, 0);
  stalled.write(CONNECT);
  stalled.write(subscribe);
  await once(stalled, 'data');
  stalled.pause();
  const reader = await connectAsync(url, { clientId: 'reader' });
  await reader.subscribeAsync('#', { qos: 1 });
  const received = new Set<string>();
  reader.on('message', (topic) => received.add(topic));
  const writer = await connectAsync(url, { clientId: 'writer' });
  t.teardown(() => Promise.all([reader.endAsync(true), writer.endAsync(true)]));
  const payload = Buffer.alloc(4000);
  // More than the sockets' buffers take.
  await Promise.all(
    Array.from({ length: 4000 }, (_, i) => writer.publishAsync(`t/${i}`, payload, { qos: 1 })),
  );
  await until(() => received.size === 4000);
  t.equal(received.size, 4000);
  await until(() => broker.clients === 2);
});

t.test('what others wait for to be read holds up nobody else', async (t) => {
  const limits = { connect: bytes(1024), subscribe: bytes(1024), packet: bytes(200_000) };
  const { broker, url, dial } = await start(t, {
    limits,
    maxConnections: 200,
    drainTimeout: seconds(60),
  });
  const stalled = await dial();
  stalled.write(CONNECT);
  stalled.write(Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x61, 0));
  await once(stalled, 'data');
  stalled.pause();
  // More than the messages that aedes lets be on their way at once unless it is told otherwise.
  const writers = await Promise.all(Array.from({ length: 110 }, () => connectAsync(url)));
  const reader = await connectAsync(url, { clientId: 'reader' });
  t.teardown(() => Promise.all([reader, ...writers].map((client) => client.endAsync(true))));
  const payload = Buffer.alloc(100_000);
  for (const writer of writers) for (let i = 0; i < 3; i++) writer.publish('a', payload);
  await reader.subscribeAsync('b', { qos: 1 });
  for (let i = 0; i < 20; i++) {
    const heard = new Promise((resolve) => {
      reader.once('message', (topic, message) => resolve([topic, `${message}`]));
    });
    reader.publish('b', `${i}`);
    t.same(await heard, ['b', `${i}`]);
    await delay(20);
  }
  t.equal(broker.clients, 112, 'and nobody was cut off for it');
});

t.test('clients of today are served: retained messages, wills, QoS 1', async (t) => {
  const { url } = await start(t);
  const will = { topic: 'gone', payload: Buffer.from('1'), qos: 1, retain: true } as const;
  const mortal = await connectAsync(url, { clientId: 'mortal', will, reconnectPeriod: 0 });
  await mortal.publishAsync('kept', 'x', { qos: 1, retain: true });
  mortal.stream.destroy();
  const heard: string[] = [];
  const late = connect(url, { clientId: 'late' });
  t.teardown(() => late.endAsync(true));
  late.on('message', (topic, _payload, { retain }) => heard.push(`${topic} ${retain}`));
  await until(async () => {
    await late.subscribeAsync('#', { qos: 1 });
    return heard.includes('gone true');
  });
  t.ok(heard.includes('kept true'));
});

t.test('a port in use is said so, with the option that chooses another', async (t) => {
  const { port } = await start(t);
  const taken = { ...LOOPBACK, port };
  await t.rejects(start(t, { listeners: taken }), {
    code: 'MQTT_UNAVAILABLE',
    exitStatus: 64,
    message: /with --mqtt-port, 0 for any\. Or use the broker there with --broker mqtt:/,
  });
  await t.rejects(start(t, { listeners: { ...taken, optionPrefix: '' } }), {
    message: /with --port, 0 for any\.$/,
  });
});
