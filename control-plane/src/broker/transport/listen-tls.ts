import { createServer } from 'node:tls';
import { type Arrival, certificateName, type Listener } from './arrival.ts';
import { closeServer, type ListenOptions, listen } from './listen.ts';
import { readTlsFiles, type TlsFiles, withTlsFiles } from './tls-files.ts';

/**
 * MQTT over TLS.
 * @throws ControlPlaneError `MQTT_UNAVAILABLE`, `OPTION_INVALID` for files that don't fit
 */
export async function listenTls(
  options: ListenOptions,
  files: TlsFiles,
  onArrival: (arrival: Arrival) => void,
): Promise<Listener> {
  const handshakeTimeout = options.connectTimeout;
  const server = withTlsFiles(files, () =>
    createServer({ ...readTlsFiles(files), handshakeTimeout, noDelay: true }, (socket) => {
      const address = socket.remoteAddress ?? '';
      const certificate = certificateName(socket);
      onArrival({ stream: socket, address, certificate, own: false });
    }),
  );
  const port = await listen(server, options, 'tls-port');
  return {
    port,
    reload: () => withTlsFiles(files, () => server.setSecureContext(readTlsFiles(files))),
    close: () => closeServer(server),
  };
}
