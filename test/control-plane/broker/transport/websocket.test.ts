import { once } from 'node:events';
import { millis } from '@edgeloop/protocol';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { until } from '../../../stand/until.ts';
import { LOOPBACK, startBroker } from '../start-broker.ts';

const CONNECT = Uint8Array.of(0x10, 15, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 3, 114, 97, 119);
const CONNACK = Buffer.of(0x20, 2, 0, 0);

async function start(t: Test) {
  const listeners = { ...LOOPBACK, port: null, webSocketPort: 0 };
  const stand = await startBroker(t, { listeners, connectTimeout: millis(500) });
  const open = (path = '/mqtt', protocol = 'mqtt') =>
    new WebSocket(`ws://127.0.0.1:${stand.webSocket}${path}`, [protocol]);
  return { ...stand, open };
}

t.test('MQTT.js talks over it, messages larger than a frame included', async (t) => {
  const { webSocket } = await start(t);
  const url = `ws://127.0.0.1:${webSocket}/mqtt`;
  const client = await connectAsync(url, { clientId: 'browser', reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));
  await client.subscribeAsync('a/#', { qos: 1 });
  const heard: number[] = [];
  client.on('message', (_topic, payload) => heard.push(payload.length));
  for (const size of [0, 10, 200_000])
    await client.publishAsync('a/b', Buffer.alloc(size), { qos: 1 });
  await until(() => heard.length === 3);
  t.same(heard, [0, 10, 200_000]);
});

t.test('packets may be split over messages, and many may be in one', async (t) => {
  const { open } = await start(t);
  const socket = open();
  await once(socket, 'open');
  t.equal(socket.protocol, 'mqtt');
  const heard: Buffer[] = [];
  socket.on('message', (data: Buffer) => heard.push(data));
  for (const byte of CONNECT) socket.send(Uint8Array.of(byte));
  await until(() => heard.length > 0);
  t.same(heard[0], CONNACK);
  socket.send(Uint8Array.of(0xc0, 0, 0xc0, 0));
  await until(() => Buffer.concat(heard).length === 8);
  socket.terminate();
});

t.test('what is no MQTT over WebSocket is refused', async (t) => {
  const { open, webSocket, refused } = await start(t);
  for (const [path, protocol] of [
    ['/other', 'mqtt'],
    ['/mqtt', 'chat'],
  ] as const) {
    const [error] = await once(open(path, protocol), 'error');
    t.match((error as Error).message, /Unexpected server response: 40/, `${path} ${protocol}`);
  }
  const page = await fetch(`http://127.0.0.1:${webSocket}/mqtt`);
  t.equal(page.status, 426);
  const text = open();
  await once(text, 'open');
  text.send('text');
  await once(text, 'close');
  const large = open();
  await once(large, 'open');
  large.on('error', () => {});
  large.send(Buffer.alloc(300_000));
  await once(large, 'close');
  const wrong = open();
  await once(wrong, 'open');
  wrong.send(Uint8Array.of(0xc0, 0));
  await once(wrong, 'close');
  t.same(refused, ['first-not-connect']);
});

t.test('who opens one and says nothing is cut', async (t) => {
  const { broker, open } = await start(t);
  const socket = open();
  const heard: unknown[] = [];
  socket.on('message', (data) => heard.push(data));
  await once(socket, 'open');
  await once(socket, 'close');
  t.same(heard, [], 'it was not let in');
  t.equal(broker.clients, 0);
});
