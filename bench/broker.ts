import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { seconds } from '@edgeloop/protocol';
import { Aedes } from 'aedes';
import { ANYONE } from '../control-plane/src/broker/access/access.ts';
import { EmbeddedBroker } from '../control-plane/src/broker/embedded-broker.ts';
import { PACKET_LIMITS } from '../control-plane/src/broker/guard/packet-limits.ts';
import { type BenchResult, median } from './measure.ts';

const ROUNDS = 7;
const PUBLISHERS = 8;
const MESSAGES = 4000;
/** A detection's topic, and payloads as large as a state and as a small picture. */
const TOPIC = 'edgeloop/v1/works/pi-0/detections/cam0';
const PAYLOADS = [200, 20_000];
const PUBACK = 4;

interface ServedBroker {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Messages a second (QoS 1, until the last PUBACK) through the embedded broker against aedes on a
 * bare socket.
 */
export async function benchBroker(): Promise<BenchResult> {
  const figures: Record<string, number>[] = [];
  const bounds = [];
  for (const payload of PAYLOADS) {
    const bare: number[] = [];
    const guarded: number[] = [];
    // Side by side within a round: a busy machine slows both.
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await rate(await serveBare(), payload));
      guarded.push(await rate(await serveGuarded(), payload));
    }
    const ratio = median(guarded.map((value, i) => value / (bare[i] ?? Number.NaN)));
    figures.push({
      payload,
      aedes: Math.round(median(bare)),
      embedded: Math.round(median(guarded)),
      ratio,
    });
    bounds.push({ name: `embedded / aedes, ${payload} bytes`, value: ratio, least: 0.75 });
  }
  return { bench: 'broker', figures, bounds };
}

async function serveBare(): Promise<ServedBroker> {
  const aedes = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

async function serveGuarded(): Promise<ServedBroker> {
  const broker = new EmbeddedBroker({
    listeners: {
      host: '127.0.0.1',
      port: 0,
      tlsPort: null,
      webSocketPort: null,
      tls: null,
      optionPrefix: '',
    },
    access: ANYONE,
    limits: PACKET_LIMITS,
    maxConnections: 100,
    onRefused: () => {},
    connectTimeout: seconds(10),
    drainTimeout: seconds(10),
  });
  await broker.start();
  const { mqtt } = await broker.open();
  return { port: mqtt ?? 0, close: () => broker.close() };
}

async function rate({ port, close }: ServedBroker, payload: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: PUBLISHERS }, (_, i) => enter(port, i)));
  const packets = Buffer.concat(
    Array.from({ length: 100 }, (_, i) => publishPacket(i + 1, payload)),
  );
  const begun = performance.now();
  await Promise.all(sockets.map((socket) => publishAll(socket, packets)));
  const passed = performance.now() - begun;
  for (const socket of sockets) socket.destroy();
  await close();
  return (1000 * PUBLISHERS * MESSAGES) / passed;
}

async function enter(port: number, i: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const body = [0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, 0, 2, ...Buffer.from(`p${i}`)];
  socket.write(Uint8Array.of(0x10, body.length, ...body));
  await once(socket, 'data');
  return socket;
}

/** A hundred at a time, each hundred after the PUBACKs of the one before. */
async function publishAll(socket: Socket, packets: Buffer): Promise<void> {
  let acknowledged = 0;
  for (let sent = 100; sent <= MESSAGES; sent += 100) {
    socket.write(packets);
    while (acknowledged < sent * PUBACK) {
      const [answer] = (await once(socket, 'data')) as [Buffer];
      acknowledged += answer.length;
    }
  }
}

function publishPacket(id: number, payload: number): Buffer {
  const topic = Buffer.from(TOPIC);
  const body = Buffer.concat([
    Uint8Array.of(0, topic.length),
    topic,
    Uint8Array.of(id >> 8, id & 255),
    Buffer.alloc(payload),
  ]);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest >>= 7)
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
  return Buffer.concat([Uint8Array.of(0x32, ...length), body]);
}
