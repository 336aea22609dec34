export { BrokerConnection, type BrokerMessage } from './broker-connection.ts';
export { ConnectionError } from './errors.ts';
