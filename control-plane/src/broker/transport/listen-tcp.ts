import { createServer } from 'node:net';
import type { Arrival, Listener } from './arrival.ts';
import { closeServer, type ListenOptions, listen } from './listen.ts';

/** MQTT over TCP. @throws ControlPlaneError `MQTT_UNAVAILABLE` */
export async function listenTcp(
  options: ListenOptions,
  onArrival: (arrival: Arrival) => void,
  own = false,
): Promise<Listener> {
  const server = createServer({ noDelay: true }, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!socket.destroyed) onArrival({ stream: socket, address, certificate: null, own });
  });
  const port = await listen(server, options, 'port');
  return { port, close: () => closeServer(server) };
}
