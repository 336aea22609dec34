import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { millis } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { ANYONE } from '../../../control-plane/src/broker/access/access.ts';
import {
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from '../../../control-plane/src/broker/embedded-broker.ts';
import { PACKET_LIMITS } from '../../../control-plane/src/broker/guard/packet-limits.ts';

/** Any free port, without TLS. */
export const LOOPBACK = {
  host: '127.0.0.1',
  port: 0,
  tlsPort: null,
  webSocketPort: null,
  tls: null,
  optionPrefix: 'mqtt-',
} as const;

/** A broker on any free port of loopback, closed after the test. */
export async function startBroker(t: Test, changes: Partial<EmbeddedBrokerOptions> = {}) {
  const refused: string[] = [];
  const whom: unknown[] = [];
  const broker = new EmbeddedBroker({
    listeners: LOOPBACK,
    access: ANYONE,
    limits: PACKET_LIMITS,
    maxConnections: 100,
    connectTimeout: millis(300),
    drainTimeout: millis(300),
    onRefused: (reason, of) => {
      refused.push(reason);
      whom.push(of);
    },
    ...changes,
  });
  t.teardown(() => broker.close());
  const ownUrl = await broker.start();
  const { mqtt, mqtts, webSocket } = await broker.open();
  const port = mqtt ?? 0;
  const dial = async (): Promise<Socket> => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const url = `mqtt://127.0.0.1:${port}`;
  return { broker, port, url, refused, whom, dial, ownUrl, mqtts, webSocket };
}
