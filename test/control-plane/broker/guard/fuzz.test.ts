import { connect } from 'node:net';
import { type Random, seededRandom } from '@edgeloop/protocol';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { until } from '../../../stand/until.ts';
import { startBroker } from '../start-broker.ts';

/** Connections, each with several mutated packets. */
const CONNECTIONS = 3000;
const AT_ONCE = 50;

const text = (value: string) => [0, value.length, ...Buffer.from(value)];
const PACKETS = [
  [0x10, 16, ...text('MQTT'), 4, 2, 0, 0, ...text('fuzz')],
  [0x10, 26, ...text('MQTT'), 4, 0x2e, 0, 9, ...text('fuzz'), ...text('w/t'), ...text('bye')],
  [0x30, 8, ...text('a/b'), 1, 2, 3],
  [0x33, 9, ...text('a/b'), 0, 1, 7, 7],
  [0x34, 9, ...text('a/b'), 0, 2, 7, 7],
  [0x82, 8, 0, 3, ...text('a/#'), 1],
  [0x82, 9, 0, 4, ...text('a/+x'), 2],
  [0xa2, 7, 0, 5, ...text('a/#')],
  [0x40, 2, 0, 1],
  [0x50, 2, 0, 1],
  [0x62, 2, 0, 2],
  [0x70, 2, 0, 2],
  [0xc0, 0],
  [0xe0, 0],
];

/**
 * A conversation that is nearly right, with bytes changed, left out, put in, and packets in any
 * order.
 */
function mutated(random: Random): Buffer {
  const pick = (bound: number) => Math.floor(random.next() * bound);
  const packets = [
    PACKETS[pick(2)] ?? [],
    ...Array.from({ length: 1 + pick(6) }, () => PACKETS[pick(PACKETS.length)] ?? []),
  ];
  // Most keep their CONNECT, or nothing behind it is ever reached.
  const bytes = [...(random.chance(0.8) ? (PACKETS[0] ?? []) : []), ...packets.slice(1).flat()];
  for (let i = pick(4); i > 0; i--) {
    const at = random.chance(0.8) ? 18 + pick(Math.max(1, bytes.length - 18)) : pick(bytes.length);
    const kind = pick(3);
    if (kind === 0) bytes[at] = pick(256);
    else if (kind === 1) bytes.splice(at, 1 + pick(3));
    else bytes.splice(at, 0, ...Array.from({ length: 1 + pick(3) }, () => pick(256)));
  }
  return Buffer.from(bytes);
}

async function talk(port: number, bytes: Buffer, cut: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(bytes.subarray(0, cut));
  socket.end(bytes.subarray(cut));
  await closed;
}

t.test('mutated conversations neither end the broker nor fill its memory', async (t) => {
  const { broker, port, url, refused } = await startBroker(t, {
    rates: {
      address: { burst: 1e6, perSecond: 1e6 },
      client: { burst: 1e6, perSecond: 1e6 },
      failures: { burst: 1e6, perSecond: 1e6 },
    },
  });
  const witness = await connectAsync(url, { clientId: 'witness', reconnectPeriod: 0 });
  t.teardown(() => witness.endAsync(true));
  await witness.subscribeAsync('sane/#', { qos: 1 });
  const random = seededRandom(20_261_126);
  let before = 0;
  for (let done = 0; done < CONNECTIONS; done += AT_ONCE) {
    if (done === CONNECTIONS / 2) before = process.memoryUsage().rss;
    const talks = Array.from({ length: AT_ONCE }, () => {
      const bytes = mutated(random);
      return talk(port, bytes, Math.floor(random.next() * bytes.length));
    });
    await Promise.all(talks);
  }
  t.ok(process.memoryUsage().rss - before < 64 * 2 ** 20, 'the second half costs no memory');
  t.equal(witness.connected, true);
  await until(() => broker.clients === 1);
  const heard = new Promise<string>((resolve) => witness.on('message', resolve));
  await witness.publishAsync('sane/topic', 'x', { qos: 1 });
  t.equal(await heard, 'sane/topic');
  t.ok(new Set(refused).size > 8, `many rules were met: ${[...new Set(refused)].join(', ')}`);
});
