import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { epochMillis, millis, parseId } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { checkBroker } from '../../../agent/src/doctor/check-broker.ts';
import { LimitsWatch } from '../../../agent/src/mqtt/limits-watch.ts';
import { Uplink } from '../../../agent/src/mqtt/uplink.ts';
import { Mosquitto, mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { until } from '../../stand/until.ts';

const SITE = parseId('site', 'works');
const DEVICE = parseId('device', 'pi-1');

function uplinkTo(url: string) {
  const bootId = parseId('boot', '11111111-1111-4111-8111-111111111111');
  return new Uplink({
    broker: { url, keepalive: millis(30_000), delivery: 'puback', tls: {} },
    address: { site: SITE, device: DEVICE },
    bootId,
    version: '0.0.0',
    reported: () => ({ bootId, agentVersion: '0.0.0', slots: {}, cameras: {} }),
    outbox: {} as never,
    companions: [],
    onDesired: () => {},
    onCommand: () => {},
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    random: () => 0,
    log: pino({ level: 'silent' }),
  });
}

for (const [setting, expected] of [
  ['max_qos 0', /^the broker 127.0.0.1:\d+ does not grant .*expected QoS 1, .*Maximum QoS of 0/],
  ['retain_available false', /expected retained messages, .*retain_available/],
] as const) {
  t.test(`${setting}: the device says what it needs`, { skip: mosquittoMissing }, async (t) => {
    const broker = new Mosquitto(`allow_anonymous true\n${setting}`);
    await broker.start();
    t.teardown(() => broker.close());
    const uplink = uplinkTo(broker.url);
    uplink.start();
    await until(() => uplink.problem !== null);
    t.match(uplink.problem, expected);
    t.equal(uplink.lacking, uplink.problem);
    await uplink.close();
  });
}

t.test('a broker that closes a connection which held is not asked', async (t) => {
  const asked: number[] = [];
  const broker = createServer((socket) => {
    asked.push(socket.localPort as number);
    socket.destroy();
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  t.teardown(() => broker.close());
  const url = `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`;
  let now = 0;
  const watch = new LimitsWatch({
    broker: { url, keepalive: millis(30_000) },
    clientId: DEVICE,
    monotonic: () => millis(now),
    log: pino({ level: 'silent' }),
  });
  const { signal } = new AbortController();
  watch.connected();
  now = 30_000;
  await watch.closed(url, signal);
  t.equal(asked.length, 0);
  await watch.closed(url, signal);
  t.equal(asked.length, 1, 'the next attempt was refused before it connected');
  watch.connected();
  await watch.closed(url, signal);
  t.equal(asked.length, 2, 'it held for no time');
  t.same(getEventListeners(signal, 'abort'), [], 'who asks often leaves nothing behind');
});

t.test('the doctor says it, too', { skip: mosquittoMissing }, async (t) => {
  const broker = new Mosquitto('allow_anonymous true\nmax_packet_size 1000');
  await broker.start();
  t.teardown(() => broker.close());
  const config = {
    broker: { url: broker.url, keepalive: millis(30_000), delivery: 'puback', tls: {} },
    site: SITE,
    device: DEVICE,
    state: t.testdir(),
  } as never;
  const [found] = await checkBroker(config, { kind: 'none' }, Date.now);
  t.match(found, {
    gravity: 'problem',
    what: /expected packets of 16384 bytes, received a Maximum Packet Size of 1000 /,
    mend: /broker's own settings/,
  });
});
