import { readFile } from 'node:fs/promises';

/** Paths of PEM files. */
export interface TlsPaths {
  /** Who signed the broker's certificate; without it, the authorities that Node knows. */
  readonly ca?: string;
  /** What this client shows the broker, with its key. */
  readonly certificate?: string;
  readonly key?: string;
}

/** Read for each connection: a certificate that was renewed is used from the next one on. */
export async function readTls({ ca, certificate, key }: TlsPaths) {
  return {
    ...(ca !== undefined && { ca: await readFile(ca) }),
    ...(certificate !== undefined && { cert: await readFile(certificate) }),
    ...(key !== undefined && { key: await readFile(key) }),
  };
}
