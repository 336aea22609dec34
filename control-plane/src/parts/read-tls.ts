import { readFile } from 'node:fs/promises';
import type { ControlPlaneConfig } from '../config.ts';
import { ControlPlaneError } from '../errors.ts';

/** @throws ControlPlaneError `OPTION_INVALID` */
export async function readTls({ tls }: Pick<ControlPlaneConfig, 'tls'>) {
  if (!tls) return null;
  try {
    return { cert: await readFile(tls.cert), key: await readFile(tls.key) };
  } catch (cause) {
    const message = `Expected a certificate and its key for --tls-cert and --tls-key: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}
