import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import type { EmbeddedBroker } from './embedded-broker.ts';
import type { TlsFiles } from './transport/tls-files.ts';

/** How often the files are looked at, in milliseconds. */
const INTERVAL = 10_000;

/**
 * New certificates are taken on SIGHUP and when a file has changed. Where certificate and key don't
 * fit (one was replaced before the other), the old ones stay, and the next change is tried again.
 * @returns what ends it
 */
export function watchCertificates(
  broker: Pick<EmbeddedBroker, 'reloadCertificates'>,
  { certificate, key, clientCa }: TlsFiles,
  log: Logger,
): () => void {
  const reload = () => {
    try {
      broker.reloadCertificates();
      log.info('the certificates of the broker were read again');
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'the broker keeps its old certificates');
    }
  };
  const files = [certificate, key, ...(clientCa === null ? [] : [clientCa])];
  for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, reload);
  process.on('SIGHUP', reload);
  return () => {
    for (const file of files) unwatchFile(file, reload);
    process.off('SIGHUP', reload);
  };
}
