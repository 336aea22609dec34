import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Millis } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import { listenFailure } from '../../listen-failure.ts';

/**
 * What the options of the broker are called: `--mqtt-port` of the control plane is `--port` of the
 * broker alone.
 */
export type OptionPrefix = 'mqtt-' | '';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of the options that errors name. */
  readonly optionPrefix: OptionPrefix;
  /** Connections beyond are closed at once. */
  readonly maxConnections: number;
  /** By then a client must have got through TLS, and through HTTP to a WebSocket. */
  readonly connectTimeout: Millis;
  /** Asked before anything is read: a TLS handshake is what costs most. */
  readonly mayArrive: (address: string) => boolean;
  readonly onRefused: (reason: 'too-many-connections' | 'too-many-attempts' | 'tls-failed') => void;
}

/**
 * @param option that sets the port, without its prefix
 * @returns the port
 * @throws ControlPlaneError `MQTT_UNAVAILABLE`
 */
export async function listen(
  server: Server,
  { host, port, optionPrefix, maxConnections, mayArrive, onRefused }: ListenOptions,
  option: 'port' | 'tls-port' | 'ws-port',
): Promise<number> {
  server.maxConnections = maxConnections;
  server.on('drop', () => onRefused('too-many-connections'));
  server.on('tlsClientError', (_error, socket: Socket) => {
    onRefused('tls-failed');
    // Node leaves one whose handshake took too long open.
    socket.destroy();
  });
  server.prependListener('connection', (socket) => {
    if (mayArrive(socket.remoteAddress ?? '')) return;
    onRefused('too-many-attempts');
    socket.destroy();
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (cause) {
    const listener = {
      what: 'MQTT',
      host,
      port,
      hostFlag: `--${optionPrefix}host`,
      portFlag: `--${optionPrefix}${option}`,
    };
    // The broker alone has no other to use.
    const taken = optionPrefix !== '' && (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const other = taken ? ` Or use the broker there with --broker mqtt://${host}:${port}.` : '';
    const message = `${listenFailure(listener, cause as Error)}${other}`;
    throw new ControlPlaneError('MQTT_UNAVAILABLE', message, { cause });
  }
}

/** Idempotent; waits for its connections, which the broker ends. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}
