/** What could not be listened for, and by which options that is said. */
interface Listener {
  /** "the API" */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly hostFlag: string;
  readonly portFlag: string;
}

/** Why a port can't be opened, and which option mends it: an address that is not there is no port. */
export function listenFailure(
  { what, host, port, hostFlag, portFlag }: Listener,
  { code, message }: NodeJS.ErrnoException,
): string {
  return code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
    ? `Expected an address of this machine for ${what}, received ${host}: ${message}. Name another with ${hostFlag}, 0.0.0.0 for all of them.`
    : `Expected a free port for ${what}, received ${host}:${port}: ${message}. Choose another with ${portFlag}, 0 for any.`;
}
