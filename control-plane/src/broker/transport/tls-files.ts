import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { ControlPlaneError } from '../../errors.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Whose certificates clients may show; null: they show none. */
  readonly clientCa: string | null;
  /** A client without a certificate is not let in. */
  readonly certificateRequired: boolean;
}

/** @throws ControlPlaneError `OPTION_INVALID` for a file that can't be read */
export function readTlsFiles(files: TlsFiles): TlsOptions {
  const { clientCa, certificateRequired } = files;
  return {
    cert: read(files.certificate),
    key: read(files.key),
    minVersion: 'TLSv1.2',
    ...(clientCa !== null && {
      ca: read(clientCa),
      requestCert: true,
      rejectUnauthorized: certificateRequired,
    }),
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ControlPlaneError(
      'OPTION_INVALID',
      `Expected a PEM file for TLS at ${path}: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

/**
 * What OpenSSL says of files that don't fit becomes ours.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export function withTlsFiles<Made>({ certificate, key }: TlsFiles, make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof ControlPlaneError) throw cause;
    throw new ControlPlaneError(
      'OPTION_INVALID',
      `Expected a certificate and its key in PEM for TLS, received ${certificate} and ${key}: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
