import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Bytes } from '@edgeloop/protocol';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { type Arrival, certificateName, type Listener } from './arrival.ts';
import { closeServer, type ListenOptions, listen } from './listen.ts';
import { readTlsFiles, type TlsFiles, withTlsFiles } from './tls-files.ts';

interface WebSocketOptions extends ListenOptions {
  /** Of a WebSocket message: it is held until it is complete. */
  readonly maxMessage: Bytes;
}

const PATH = '/mqtt';
/** [MQTT-6.0.0-3] */
const SUBPROTOCOL = 'mqtt';

/**
 * MQTT over WebSocket at `/mqtt`, subprotocol `mqtt`. Source: MQTT 3.1.1, 6.
 * @param files null: without TLS
 * @throws ControlPlaneError `MQTT_UNAVAILABLE`, `OPTION_INVALID` for files that don't fit
 */
export async function listenWebSocket(
  options: WebSocketOptions,
  files: TlsFiles | null,
  onArrival: (arrival: Arrival) => void,
): Promise<Listener> {
  const server = createServer(options, files);
  const sockets = new WebSocketServer({
    server,
    path: PATH,
    maxPayload: options.maxMessage,
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: IncomingMessage }) => offersMqtt(req),
    handleProtocols: () => SUBPROTOCOL,
  });
  sockets.on('error', () => {}); // The server's own, which `listen` tells.
  sockets.on('connection', (socket, request) => onArrival(arrivalOf(socket, request)));
  const port = await listen(server, options, 'ws-port');
  return {
    port,
    reload() {
      if (!files || !('setSecureContext' in server)) return;
      withTlsFiles(files, () => server.setSecureContext(readTlsFiles(files)));
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}

function createServer({ connectTimeout }: ListenOptions, files: TlsFiles | null) {
  const timeouts = { headersTimeout: connectTimeout, requestTimeout: connectTimeout };
  if (!files) return createHttpServer(timeouts, refuse);
  const handshakeTimeout = connectTimeout;
  return withTlsFiles(files, () =>
    createHttpsServer({ ...readTlsFiles(files), ...timeouts, handshakeTimeout }, refuse),
  );
}

function arrivalOf(socket: WebSocket, { socket: tcp }: IncomingMessage): Arrival {
  const certificate = 'encrypted' in tcp ? certificateName(tcp as TLSSocket) : null;
  const stream = createWebSocketStream(socket);
  // [MQTT-6.0.0-1]: before the stream takes it.
  socket.prependListener('message', (_data, isBinary) => void (isBinary || stream.destroy()));
  return { stream, address: tcp.remoteAddress ?? '', certificate, own: false };
}

function offersMqtt({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',') ?? [];
  return offered.some((protocol) => protocol.trim() === SUBPROTOCOL);
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { connection: 'close', 'content-type': 'text/plain' });
  response.end(`Expected a WebSocket at ${PATH} with the subprotocol ${SUBPROTOCOL}.\n`);
}
