export { BrokerConnection, type BrokerMessage, type Refused } from './broker-connection.ts';
export { ConnectionError } from './errors.ts';
export type { TlsPaths } from './read-tls.ts';
