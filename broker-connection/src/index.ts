export { BrokerConnection, type BrokerMessage } from './broker-connection.ts';
export { ConnectionError } from './errors.ts';
export type { TlsPaths } from './read-tls.ts';
