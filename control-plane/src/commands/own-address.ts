import { isIPv6 } from 'node:net';

interface Listening {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Listens at every address: this machine's own is one of them. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** Where a browser on this machine finds the API. */
export function ownAddress({ host, port, secure }: Listening): string {
  const name = EVERYWHERE.includes(host) ? '127.0.0.1' : isIPv6(host) ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${name}:${port}`;
}
