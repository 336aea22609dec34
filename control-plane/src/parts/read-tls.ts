import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ControlPlaneConfig } from '../config.ts';
import { ControlPlaneError } from '../errors.ts';

/**
 * The API's certificate and key, which fit each other.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export async function readTls({ tls }: Pick<ControlPlaneConfig, 'tls'>) {
  if (!tls) return null;
  try {
    const files = { cert: await readFile(tls.cert), key: await readFile(tls.key) };
    // Throws where they are no PEM, or the key is another certificate's.
    createSecureContext(files);
    return files;
  } catch (cause) {
    const message = `Expected a certificate and its key in PEM for --tls-cert and --tls-key, received ${tls.cert} and ${tls.key}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}
