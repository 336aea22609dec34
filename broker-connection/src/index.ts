export { addressesOf, firstAddressOf } from './addresses-of.ts';
export { askLimits, type BrokerLimits } from './ask-limits.ts';
export {
  BrokerConnection,
  type BrokerMessage,
  type ConnectionOptions,
  type PublishOptions,
  type Refused,
} from './broker-connection.ts';
export { ConnectionError } from './errors.ts';
export { leaveOutNumberTable } from './leave-out-number-table.ts';
export type { TlsPaths } from './read-tls.ts';
