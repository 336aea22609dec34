import { unwatchFile, watchFile } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { ControlPlaneConfig } from '../config.ts';
import { readTls } from './read-tls.ts';

/** How often the files are looked at, in milliseconds. */
const INTERVAL = 10_000;

/**
 * A new certificate of the API is taken on SIGHUP and when a file has changed, as the broker's is.
 * Where certificate and key don't fit (one was replaced before the other), the old ones stay, and
 * the next change is tried again.
 * @param server HTTPS; another has none
 * @returns what ends it
 */
export function watchTls(
  server: object | { setSecureContext(options: SecureContextOptions): void },
  { tls }: Pick<ControlPlaneConfig, 'tls'>,
  log: Logger,
): () => void {
  if (!tls || !('setSecureContext' in server)) return () => {};
  const take = async () => {
    // Throws before anything of the server is changed.
    const files = (await readTls({ tls })) as NonNullable<Awaited<ReturnType<typeof readTls>>>;
    server.setSecureContext(files);
  };
  const reload = () =>
    void take().then(
      () => log.info('the certificate of the API was read again'),
      (error: Error) =>
        log.warn({ problem: error.message }, 'the API keeps its certificate: the files do not fit'),
    );
  for (const file of [tls.cert, tls.key]) {
    watchFile(file, { interval: INTERVAL, persistent: false }, reload);
  }
  process.on('SIGHUP', reload);
  return () => {
    for (const file of [tls.cert, tls.key]) unwatchFile(file, reload);
    process.off('SIGHUP', reload);
  };
}
