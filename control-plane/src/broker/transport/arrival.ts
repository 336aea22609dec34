import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A connection that came in, by whatever way. */
export interface Arrival {
  readonly stream: Duplex;
  readonly address: string;
  /** The common name of the client certificate that TLS verified. */
  readonly certificate: string | null;
  /** On the port that is the control plane's own. */
  readonly own: boolean;
}

/** Something that listens. */
export interface Listener {
  readonly port: number;
  /** New connections are made with new certificates. @throws where they don't fit */
  reload?(): void;
  /** Ends its connections, too. Idempotent. */
  close(): Promise<void>;
}

/** Null unless TLS verified a certificate. */
export function certificateName(socket: TLSSocket): string | null {
  if (!socket.authorized) return null;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : null;
}
