/**
 * Why a client is not let in, cut, or not given what it asks for, beside what the packet guard
 * says; the label of a metric.
 */
export type GateRefusal =
  | 'too-many-connections'
  | 'too-many-attempts'
  | 'tls-failed'
  | 'unknown'
  | 'forbidden'
  | 'access-failed'
  | 'will-denied'
  | 'publish-denied'
  | 'subscribe-denied';

/** CONNACK's. [MQTT-3.2.2-4] */
export const GATE_RETURN_CODES = {
  'too-many-attempts': 3,
  'access-failed': 3,
  unknown: 4,
  forbidden: 5,
  'will-denied': 5,
} as const satisfies Partial<Record<GateRefusal, number>>;

/** Why a CONNECT is refused. */
export type ConnectRefusal = keyof typeof GATE_RETURN_CODES;
