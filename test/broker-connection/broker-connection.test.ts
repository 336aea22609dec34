import { createServer, type Socket } from 'node:net';
import { BrokerConnection } from '@edgeloop/broker-connection';
import { millis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { LateRetained } from '../../broker-connection/src/late-retained.ts';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

/**
 * A broker that lets everybody in, and subscribe but to `refused`; it takes no message: what is
 * published stays on its way.
 */
async function silentBroker(t: Test, onSubscribed = (_socket: Socket) => {}): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const type = bytes[0]! >> 4;
      if (type === 1) socket.write(CONNACK);
      if (type !== 8) return;
      const codes = filtersOf(bytes).map((filter) => (filter.includes('refused') ? 0x80 : 1));
      socket.write(Buffer.from([0x90, 2 + codes.length, bytes[2]!, bytes[3]!, ...codes]));
      onSubscribed(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Of a SUBSCRIBE that is shorter than 128 bytes. */
function filtersOf(bytes: Buffer): string[] {
  const filters: string[] = [];
  for (let at = 4; at < 2 + bytes[1]!; at += 3 + bytes.readUInt16BE(at)) {
    filters.push(bytes.toString('utf8', at + 2, at + 2 + bytes.readUInt16BE(at)));
  }
  return filters;
}

async function connected(t: Test, told: string[]): Promise<BrokerConnection> {
  const url = await silentBroker(t);
  return new Promise((resolve) => {
    const connection = new BrokerConnection({
      broker: { url, keepalive: millis(60_000) },
      clientId: 'one',
      subscriptions: ['a'],
      random: () => 0.5,
      onConnect: () => resolve(connection),
      onDisconnect: () => told.push('disconnected'),
      onMessage: () => {},
    });
    connection.start();
  });
}

t.test('a subscription that the broker refuses costs no connection', async (t) => {
  const told: string[] = [];
  const connection = await connected(t, told);
  t.equal(await connection.subscribe('granted'), true);
  t.equal(await connection.subscribe('refused'), false);
  t.ok(connection.connected);
  await connection.close();
  t.same(told, ['disconnected'], 'by this end');
  await t.rejects(connection.subscribe('granted'), { code: 'CONNECTION_LOST' });
});

t.test('who may not subscribe to what it needs is told what', async (t) => {
  const url = await silentBroker(t);
  const reasons: string[] = [];
  let connects = 0;
  const connection = new BrokerConnection({
    broker: { url, keepalive: millis(60_000) },
    clientId: 'one',
    subscriptions: ['a', 'b/refused', 'c/refused'],
    random: () => 0,
    onConnect: () => {
      connects += 1;
    },
    onDisconnect: (reason, refused) => reasons.push(`${reason} ${refused}`),
    onMessage: () => {},
  });
  connection.start();
  while (reasons.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await connection.close();
  t.equal(reasons[0], 'subscription refused: b/refused, c/refused null');
  t.equal(connects, 0);
});

t.test('of a cluster one address after another is tried, and kept while it holds', async (t) => {
  const sockets: Socket[] = [];
  const alive = await silentBroker(t, (socket) => sockets.push(socket));
  const dead = 'mqtt://127.0.0.1:1';
  const lost: string[] = [];
  let connects = 0;
  const connection = new BrokerConnection({
    broker: { url: `${dead},${alive}, ${dead}`, keepalive: millis(60_000) },
    clientId: 'one',
    subscriptions: ['a'],
    random: () => 0.01,
    onMessage: () => {},
    onConnect: () => {
      connects += 1;
    },
    onDisconnect: (reason) => lost.push(/ECONNREFUSED/.test(reason) ? 'refused' : 'lost'),
  });
  connection.start();
  t.teardown(() => connection.close());
  const times = async (count: number) => {
    while (connects < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await times(1);
  t.same(lost, ['refused']);
  sockets[0]?.destroy();
  await times(2);
  t.same(lost, ['refused', 'lost', 'refused', 'refused'], 'all others, before it comes again');
});

t.test('who publishes hears of the end before what it published is refused', async (t) => {
  const told: string[] = [];
  const connection = await connected(t, told);
  const again = (): Promise<void> =>
    connection.publish('b', 'x', { qos: 1, retain: false }).catch(({ code }) => {
      told.push(code);
      // As the agent does with states, as long as it believes that it is connected.
      return told.includes('disconnected') || told.length > 10 ? undefined : again();
    });
  const published = again();
  await connection.close();
  await published;
  t.same(told, ['disconnected', 'CONNECTION_LOST']);
});

t.test(
  'a credential is asked for at each connection, and what it throws ends the attempt',
  async (t) => {
    const names: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        names.push(bytes.toString('latin1'));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    let asked = 0;
    const reasons: string[] = [];
    const connection = new BrokerConnection({
      broker: {
        url: `mqtt://127.0.0.1:${port}`,
        keepalive: millis(60_000),
        credential: () => {
          asked += 1;
          if (asked === 2) throw new Error('the file is damaged');
          return { username: 'pi-1', password: `secret-${asked}` };
        },
      },
      clientId: 'pi-1',
      subscriptions: ['a'],
      random: () => 0,
      onConnect: () => {},
      onDisconnect: (reason) => reasons.push(reason),
      onMessage: () => {},
    });
    connection.start();
    while (names.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await connection.close();
    server.close();
    t.match(names, [/pi-1.*secret-1/s, /pi-1.*secret-3/s]);
    t.equal(reasons[1], 'the file is damaged');
  },
);

for (const [code, credential, refused] of [
  [5, null, { username: null }],
  [4, { username: 'pi-1', password: 'old' }, { username: 'pi-1' }],
  [3, null, null],
] as const) {
  t.test(`whoever is answered with ${code} learns whether it was refused`, async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from([0x20, 2, 0, code])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const told = await new Promise((resolve) => {
      const connection = new BrokerConnection({
        broker: {
          url: `mqtt://127.0.0.1:${port}`,
          keepalive: millis(60_000),
          credential: () => credential,
        },
        clientId: 'pi-1',
        subscriptions: ['a'],
        random: () => 0,
        onConnect: () => {},
        onDisconnect: (_reason, refused) => resolve(refused),
        onMessage: () => {},
      });
      connection.start();
      t.teardown(() => connection.close());
    });
    server.close();
    t.same(told, refused);
  });
}

/** PUBLISH of QoS 0, of a topic of one letter. */
const said = (topic: string, text: string, retained: boolean) =>
  Buffer.from([retained ? 0x31 : 0x30, 3 + text.length, 0, 1, ...Buffer.from(topic + text)]);

t.test('what was retained before is left out where something newer came first', async (t) => {
  const url = await silentBroker(t, (socket) => {
    socket.write(Buffer.concat([said('a', 'new', false), said('a', 'old', true)]));
    socket.write(said('b', 'kept', true));
  });
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const connection = new BrokerConnection({
      broker: { url, keepalive: millis(60_000) },
      clientId: 'one',
      subscriptions: ['+'],
      random: () => 0.5,
      onConnect: () => {},
      onDisconnect: () => {},
      onMessage: ({ topic, payload, retained }) => {
        heard.push(`${topic} ${Buffer.from(payload)} ${retained}`);
        if (topic === 'b') resolve();
      },
    });
    connection.start();
    t.teardown(() => connection.close());
  });
  t.same(heard, ['a new false', 'b kept true']);
});

t.test('it is known for as long as retained messages come', async (t) => {
  const late = new LateRetained(0);
  t.equal(late.isLate('a', true, 1), false);
  t.equal(late.isLate('a', false, 2), false);
  t.equal(late.isLate('a', true, 50_000), true);
  t.equal(late.isLate('b', true, 50_000), false, 'of another topic');
  t.equal(late.isLate('b', false, 109_999), false);
  t.equal(late.isLate('b', true, 110_000), true, 'a minute after the last of them');
  t.equal(late.isLate('b', true, 170_001), false, 'that is another one: much later');
  t.equal(late.isLate('b', true, 170_002), false);
});
